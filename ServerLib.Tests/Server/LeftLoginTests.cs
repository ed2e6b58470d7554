using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServerLib.Tests.Compact;
using ServerLib.Transport;

namespace ServerLib.Tests.Server;

/// <summary>Who goes while his login is being checked.</summary>
[TestClass]
public sealed class LeftLoginTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(TransportKind.Automatic, true)]
    [DataRow(TransportKind.Automatic, false)]
    [DataRow(TransportKind.Portable, true)]
    [DataRow(TransportKind.Portable, false)]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Nothing_goes_on_being_computed_for_who_has_gone(TransportKind transport, bool resets)
    {
        var waiting = new Waiting();
        await using RunningServer server = await RunningServer.StartAsync(
            options => options.Transport = transport,
            services: services => services.Replace(ServiceDescriptor.Singleton<IAuthenticator>(waiting)));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(server.EndPoint, _guard);

        // What he has sent besides, and nobody reads yet, changes nothing.
        await client.SendAsync((byte[])[.. "SLIB/2\r\n"u8, .. RawFrame.Login("alice", "secret").ToBytes(), 0], _guard);
        await waiting.Begun.WaitAsync(_guard);
        if (resets)
            client.LingerState = new LingerOption(true, 0);
        client.Close();

        await waiting.GivenUp.WaitAsync(_guard);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task A_client_that_disconnects_releases_its_handshake_slot()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        var taken = new List<Task>();
        try
        {
            for (int i = 0; i < Environment.ProcessorCount; i++)
                taken.Add(server.Certificate.Handshakes.AcquireAsync(hasPriority: true, _guard));
            await Task.WhenAll(taken);
            using var client = new TcpClient();
            await client.ConnectAsync(server.EndPoint, _guard);
            var tls = new SslStream(client.GetStream());
            _ = tls.AuthenticateAsClientAsync("localhost");
            while (server.Server.ConnectionCount == 0)
                await Task.Delay(10, _guard);
            client.Close();

            // All slots are still taken.
            while (server.Server.ConnectionCount > 0)
                await Task.Delay(10, _guard);
        }
        finally
        {
            foreach (Task _ in taken.Where(one => one.IsCompletedSuccessfully))
                server.Certificate.Handshakes.Release(hasPriority: true);
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Whoever_says_too_much_and_resets_the_connection_is_on_line_no_longer()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => (options.Limits.MaxMessageRate, options.Limits.MaxMessageBurst) = (1, 1));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(server.EndPoint, _guard);
        byte[] chat = [.. Enumerable.Range(0, 1_000).SelectMany(_ => RawFrame.Message("more and more").ToBytes())];
        await client.SendAsync((byte[])[.. "SLIB/2\r\n"u8, .. RawFrame.Login("alice", "secret").ToBytes(), .. chat], _guard);
        while (server.Ledger.Count == 0)
            await Task.Delay(10, _guard);
        client.LingerState = new LingerOption(true, 0);
        client.Close();

        // By what he had said he would be here for a quarter of an hour.
        while (server.Ledger.Count > 0)
            await Task.Delay(10, _guard);
    }

    private sealed class Waiting : IAuthenticator
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public Task GivenUp => _givenUp.Task;

        public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
        {
            _begun.SetResult();
            await using CancellationTokenRegistration registration = cancellationToken.Register(_givenUp.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return LoginResult.Ok(credentials.Username);
        }
    }
}
