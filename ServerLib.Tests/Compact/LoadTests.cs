using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Protocol;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Compact;

/// <summary>Many at once, on either transport.</summary>
[TestClass]
public sealed class LoadTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    public async Task Messages_of_eight_senders_reach_twenty_clients_in_order(TransportKind transport)
    {
        const int Senders = 8, Each = 2_000, Receivers = 20;
        await using RunningServer server = await StartAsync(transport, options => options.Limits.MaxQueuedBytes = 16 * 1024 * 1024);
        CompactClient[] receivers = await JoinAsync(server, "receiver", Receivers);
        CompactClient[] senders = await JoinAsync(server, "sender", Senders);
        Task reading = Task.WhenAll(receivers.Select(receiver => Task.Run(() => ListenAsync(receiver, Senders, Each))));
        Task hearing = Task.WhenAll(senders.Select(sender => Task.Run(() => ListenAsync(sender, Senders - 1, Each))));
        await Task.WhenAll(senders.Select(sender => Task.Run(() => SpeakAsync(sender, Each))));
        await reading;
        await hearing;
        DisposeAll(receivers, senders);
    }

    [TestMethod]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    public async Task Messages_in_a_mixed_room_reach_all_clients_in_each_senders_order(TransportKind transport)
    {
        const int Senders = 4, Each = 100;
        await using RunningServer server = await StartAsync(transport);
        using ClassicClient first = await ClassicClient.JoinAsync(server.EndPoint, "old0", _guard);
        using ClassicClient second = await ClassicClient.JoinAsync(server.EndPoint, "old1", _guard);
        CompactClient[] receivers = await JoinAsync(server, "receiver", 20);
        CompactClient[] senders = await JoinAsync(server, "sender", Senders);
        Task reading = Task.WhenAll(
        [
            .. receivers.Select(receiver => Task.Run(() => ListenAsync(receiver, Senders + 1, Each))),
            Task.Run(() => ListenAsync(first, Senders, Each)),
            Task.Run(() => ListenAsync(second, Senders + 1, Each)),
        ]);
        Task speaking = Task.WhenAll(senders.Select(sender => Task.Run(() => SpeakAsync(sender, Each))));
        for (int i = 0; i < Each; i++)
            await first.SendAsync($"{i}\n", _guard);
        await speaking;
        await reading;
        DisposeAll(receivers, senders);
    }

    [TestMethod]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    public async Task A_slow_reader_is_dropped_while_the_others_get_everything(TransportKind transport)
    {
        await using RunningServer server = await StartAsync(transport, options => options.Limits.MaxQueuedBytes = 64 * 1024);
        using CompactClient slow = await CompactClient.JoinAsync(server.EndPoint, "slow");
        await slow.SettleAsync();
        Connection dropped = server.Ledger.Find("slow").Single();
        using CompactClient reader = await CompactClient.JoinAsync(server.EndPoint, "reader");
        await reader.SettleAsync();
        using CompactClient sender = await CompactClient.JoinAsync(server.EndPoint, "sender");

        // One at a time, so that nobody but the one who reads nothing falls behind.
        var gone = new TaskCompletionSource();
        using CancellationTokenRegistration registration = dropped.Aborted.Register(gone.SetResult);
        string body = new('x', 32 * 1024);
        int sent = 0;
        for (; !gone.Task.IsCompleted; sent++)
        {
            await sender.SendAsync(RawFrame.Message($"{sent} {body}"));
            Assert.AreEqual($"sender: {sent} {body}", await reader.ReceiveMessageAsync());
        }

        Assert.AreEqual(DisconnectReason.SlowReader, dropped.Reason);
        await sender.SendAsync(RawFrame.Message("more"));
        Assert.AreEqual("sender: more", await reader.ReceiveMessageAsync());
    }

    [TestMethod]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    public async Task A_fast_sender_of_large_messages_makes_no_recipient_a_slow_reader(TransportKind transport)
    {
        var time = new FakeTimeProvider();
        await using RunningServer server = await RunningServer.StartAsync(
            options =>
            {
                options.Transport = transport;
                options.Limits.MaxMessageRate = 50;
                options.Limits.MaxAnnounced = 0;
                options.Limits.KeepAlive = TimeSpan.Zero;
            },
            services: services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time)));
        CompactClient[] readers = await JoinAsync(server, "reader", 2);
        CompactClient sender = await CompactClient.JoinAsync(server.EndPoint, "sender");
        byte[] large = [.. Enumerable.Repeat(new RawFrame(FrameType.MessageIn, new byte[65_000]).ToBytes(), 200).SelectMany(frame => frame)];
        Task sending = sender.SendRawAsync(large);

        // The burst is eight messages. A client that reads later still receives all of them.
        foreach (CompactClient reader in readers)
        {
            for (int i = 0; i < 8; i++)
                await reader.ReceiveMessageAsync();
            await reader.SendAsync(new RawFrame(FrameType.Ping, []));
            Assert.AreEqual(FrameType.Pong, (await reader.ReceiveAsync()).Type);
        }

        // What is left comes later.
        Task<string[]> next = Task.WhenAll(readers.Select(reader => reader.ReceiveMessageAsync()));
        while (!next.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.HasCount(3, server.Ledger.Connections);
        DisposeAll(readers, [sender]);
        await Assert.ThrowsAsync<Exception>(() => sending);
    }

    [TestMethod]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    public async Task A_client_that_pings_and_never_reads_is_dropped(TransportKind transport)
    {
        await using RunningServer server = await StartAsync(transport, options => options.Limits.MaxQueuedBytes = 4 * 1024);
        using CompactClient client = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await client.SettleAsync();
        Connection connection = server.Ledger.Find("alice").Single();
        var gone = new TaskCompletionSource();
        using CancellationTokenRegistration registration = connection.Aborted.Register(gone.SetResult);
        byte[] pings = [.. Enumerable.Range(0, 5_000).SelectMany(_ => new RawFrame(FrameType.Ping, new byte[8]).ToBytes())];
        Task pinging = PingAsync();

        await gone.Task.WaitAsync(_guard);
        Assert.AreEqual(DisconnectReason.SlowReader, connection.Reason);
        await pinging;

        async Task PingAsync()
        {
            try
            {
                while (!gone.Task.IsCompleted)
                    await client.SendRawAsync(pings);
            }
            catch (IOException)
            {
                // Dropped.
            }
        }
    }

    [TestMethod]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    public async Task A_broadcast_reaches_each_of_two_thousand_once(TransportKind transport)
    {
        const int Size = 2_000;
        await using RunningServer server = await StartAsync(transport);
        CompactClient[] crowd = await JoinAsync(server, "user", Size);
        Assert.AreEqual(Size, server.Ledger.Count);
        using CompactClient sender = await CompactClient.JoinAsync(server.EndPoint, "sender");
        await sender.SendAsync(RawFrame.Message("first"), RawFrame.Message("second"));

        // Had the first come twice, it would stand before the second.
        foreach (CompactClient client in crowd)
        {
            Assert.AreEqual("sender: first", string.Join(": ", (await client.ReceiveAsync()).Parts(1)));
            Assert.AreEqual("sender: second", string.Join(": ", (await client.ReceiveAsync()).Parts(1)));
        }

        DisposeAll(crowd);
    }

    private static Task<RunningServer> StartAsync(TransportKind transport, Action<ServerOptions>? configure = null) => RunningServer.StartAsync(
        options =>
        {
            options.Transport = transport;
            options.Limits.MaxAnnounced = 0;
            configure?.Invoke(options);
        },
        services: OpenDatabase.Use);

    private static async Task<CompactClient[]> JoinAsync(RunningServer server, string name, int count)
    {
        var clients = new CompactClient[count];
        for (int i = 0; i < count; i++)
        {
            clients[i] = await CompactClient.JoinAsync(server.EndPoint, $"{name}{i}");
            await clients[i].SettleAsync();
        }

        return clients;
    }

    /// <summary>Says the numbers, several in a segment.</summary>
    private static async Task SpeakAsync(CompactClient client, int count)
    {
        for (int i = 0; i < count; i += 10)
            await client.SendAsync([.. Enumerable.Range(i, 10).Select(number => RawFrame.Message($"{number}"))]);
    }

    private static Task ListenAsync(CompactClient client, int speakers, int each) => ListenAsync(client.ReceiveMessageAsync, speakers, each);

    private Task ListenAsync(ClassicClient client, int speakers, int each) => ListenAsync(() => client.ReceiveAsync(_guard), speakers, each);

    private static async Task ListenAsync(Func<Task<string>> receive, int speakers, int each)
    {
        var next = new Dictionary<string, int>();
        for (int missing = speakers * each; missing > 0; missing--)
        {
            string[] parts = (await receive()).Split(": ");
            int expected = next.GetValueOrDefault(parts[0]);
            Assert.AreEqual(expected.ToString(CultureInfo.InvariantCulture), parts[1].TrimEnd('\n'));
            next[parts[0]] = expected + 1;
        }

        Assert.HasCount(speakers, next);
    }

    private static void DisposeAll(params CompactClient[][] clients)
    {
        foreach (CompactClient client in clients.SelectMany(some => some))
            client.Dispose();
    }
}
