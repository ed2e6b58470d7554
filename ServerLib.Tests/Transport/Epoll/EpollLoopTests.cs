using System.Net.Sockets;
using System.Runtime.InteropServices;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class EpollLoopTests
{
    private CancellationToken Token { get; } = Guard.NewToken();

    [TestMethod]
    public async Task A_late_event_does_not_reach_the_next_owner_of_its_slot()
    {
        var slots = new EpollSlots();
        using var peers = new EpollPeers();
        var (first, _) = await peers.ConnectAsync();
        var (second, _) = await peers.ConnectAsync();
        slots.Add(first);
        ulong late = first.Tag;
        slots.Remove(first);
        slots.Add(second);

        Assert.AreEqual((uint)late, (uint)second.Tag);
        Assert.IsNull(slots.Find(late));
        Assert.AreSame(second, slots.Find(second.Tag));
        Assert.IsNull(slots.Find(EpollSlots.NoSource));
        Assert.IsNull(slots.Find(0x1_FFFF_FFFF));
    }

    [TestMethod]
    public async Task A_second_removal_does_not_free_the_slot_of_the_next_owner()
    {
        var slots = new EpollSlots();
        using var peers = new EpollPeers();
        var (first, _) = await peers.ConnectAsync();
        var (second, _) = await peers.ConnectAsync();
        slots.Add(first);
        slots.Remove(first);
        slots.Add(second);
        slots.Remove(first);

        Assert.AreSame(second, slots.Find(second.Tag));
    }

    [TestMethod]
    [DataRow(Architecture.X64, 12)]
    [DataRow(Architecture.Arm64, 16)]
    public void An_event_is_packed_on_x64_only(Architecture architecture, int size) =>
        Assert.AreEqual(size, EpollNative.EventSizeOn(architecture));

    [TestMethod]
    public async Task Code_that_blocks_does_not_delay_other_connections()
    {
        using var peers = new EpollPeers();
        using var gate = new ManualResetEventSlim();
        var (blocked, blocking) = await peers.ConnectAsync();
        var (free, client) = await peers.ConnectAsync();
        Task[] serving = [EpollPeers.EchoAsync(blocked, () => gate.Wait(Token)), EpollPeers.EchoAsync(free)];

        await EchoAsync(client);
        await blocking.SendAsync("x"u8.ToArray(), Token);
        for (int i = 0; i < 10; i++)
            await EchoAsync(client);

        gate.Set();
        Assert.AreEqual(1, await blocking.ReceiveAsync(new byte[1], Token));
        await EchoAsync(blocking);
        peers.Dispose();
        await Task.WhenAll(serving).WaitAsync(Token);
    }

    [TestMethod]
    public async Task A_hundred_handlers_that_block_at_once_delay_no_other_connection()
    {
        using var peers = new EpollPeers();
        using var gate = new ManualResetEventSlim();
        var affinity = new ContinuationAffinity("Blocking");
        var serving = new List<Task>();
        var blocking = new List<Socket>();
        for (int i = 0; i < 100; i++)
        {
            var (connection, socket) = await peers.ConnectAsync();
            connection.Affinity = affinity;
            serving.Add(EpollPeers.EchoAsync(connection, () => gate.Wait(Token)));
            blocking.Add(socket);
        }

        var (free, client) = await peers.ConnectAsync();
        var (kindred, kin) = await peers.ConnectAsync();
        kindred.Affinity = affinity;
        serving.Add(EpollPeers.EchoAsync(free));
        serving.Add(EpollPeers.EchoAsync(kindred));
        foreach (Socket socket in blocking)
            await socket.SendAsync("x"u8.ToArray(), Token);

        for (int i = 0; i < 10; i++)
        {
            await EchoAsync(client);
            await EchoAsync(kin);
        }

        gate.Set();
        foreach (Socket socket in blocking)
            Assert.AreEqual(1, await socket.ReceiveAsync(new byte[1], Token));
        lock (peers.Warnings)
        {
            Assert.HasCount(1, peers.Warnings);
            StringAssert.StartsWith(peers.Warnings[0], "Blocking blocked an event loop", StringComparison.Ordinal);
        }

        peers.Dispose();
        await Task.WhenAll(serving).WaitAsync(Token);
    }

    [TestMethod]
    public async Task Code_that_has_blocked_continues_on_another_thread()
    {
        using var peers = new EpollPeers();
        using var gate = new ManualResetEventSlim();
        var (connection, client) = await peers.ConnectAsync();
        string? thread = null;
        Task serving = EpollPeers.EchoAsync(connection, () =>
        {
            thread = Thread.CurrentThread.Name;
            gate.Wait(Token);
        });
        await client.SendAsync("x"u8.ToArray(), Token);
        await peers.FirstWarning.Task.WaitAsync(Token);
        gate.Set();
        Assert.AreEqual(1, await client.ReceiveAsync(new byte[1], Token));

        await EchoAsync(client);
        Assert.AreEqual(BlockingHandlerThreads.ThreadName, thread);
        client.Dispose();
        await serving.WaitAsync(Token);
    }

    [TestMethod]
    public async Task Events_fetched_with_a_blocking_one_are_handled_by_the_stand_in()
    {
        using var peers = new EpollPeers();
        using var gate = new ManualResetEventSlim();
        using var held = new ManualResetEventSlim();
        var (holder, holding) = await peers.ConnectAsync();
        var serving = new List<Task> { EpollPeers.EchoAsync(holder, () => held.Wait(Token)) };
        var others = new List<Socket>();
        for (int i = 0; i < 40; i++)
        {
            // Every second one blocks, and nothing ties them to each other.
            var (connection, socket) = await peers.ConnectAsync();
            serving.Add(EpollPeers.EchoAsync(connection, i % 2 == 0 ? () => gate.Wait(Token) : null));
            others.Add(socket);
        }

        await holding.SendAsync("x"u8.ToArray(), Token);
        foreach (Socket socket in others)
            await socket.SendAsync("x"u8.ToArray(), Token);
        held.Set();
        for (int i = 1; i < others.Count; i += 2)
            Assert.AreEqual(1, await others[i].ReceiveAsync(new byte[1], Token));
        gate.Set();
        for (int i = 0; i < others.Count; i += 2)
            Assert.AreEqual(1, await others[i].ReceiveAsync(new byte[1], Token));

        peers.Dispose();
        await Task.WhenAll(serving).WaitAsync(Token);
    }

    [TestMethod]
    public void A_handler_counts_as_blocking_only_after_it_was_slow_repeatedly()
    {
        var owner = new ContinuationAffinity("Slow");
        for (int i = 1; i < 8; i++)
            Assert.IsFalse(owner.MarkSlow(i * 1000));
        Assert.IsTrue(owner.MarkSlow(8000));
        Assert.IsTrue(owner.Blocks);
        Assert.IsFalse(owner.MarkSlow(9000), "That is no news.");

        var calmer = new ContinuationAffinity("Seldom slow");
        for (int i = 1; i < 20; i++)
            Assert.IsFalse(calmer.MarkSlow(i * 10_001));
        Assert.IsFalse(calmer.Blocks);
    }

    [TestMethod]
    public void Handlers_of_one_type_share_one_affinity()
    {
        var affinities = new ContinuationAffinities();
        Assert.AreSame(affinities.For(typeof(EpollLoopTests)), affinities.For(typeof(EpollLoopTests)));
        Assert.AreNotSame(affinities.For(typeof(EpollLoopTests)), affinities.For(typeof(string)));
        Assert.AreNotSame(affinities.For(typeof(EpollLoopTests)), new ContinuationAffinities().For(typeof(EpollLoopTests)));
    }

    private async Task EchoAsync(Socket client)
    {
        byte[] buffer = new byte[1];
        await client.SendAsync(buffer, Token);
        Assert.AreEqual(1, await client.ReceiveAsync(buffer, Token));
    }
}
