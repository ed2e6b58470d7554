using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServerLib.Tests.Compact;
using ServerLib.Transport;

namespace ServerLib.Tests.Server;

/// <summary>Tests clients that disconnect during their logins.</summary>
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
    public async Task A_client_that_disconnects_cancels_its_login(TransportKind transport, bool resets)
    {
        var waiting = new Waiting();
        await using RunningServer server = await RunningServer.StartAsync(
            options => options.Transport = transport,
            services: services => services.Replace(ServiceDescriptor.Singleton<IAuthenticator>(waiting)));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(server.EndPoint, _guard);

        // Unread bytes after the login change nothing.
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
        var log = new LogLines();
        await using RunningServer server = await StartAsync(log);
        var taken = new List<Task>();
        try
        {
            for (int i = 0; i < Environment.ProcessorCount; i++)
                taken.Add(server.Certificate.Handshakes.AcquireAsync(hasPriority: true, _guard));
            await Task.WhenAll(taken);
            using var client = new TcpClient();
            await client.ConnectAsync(server.EndPoint, _guard);
            var tls = new SslStream(client.GetStream());
            Task handshake = tls.AuthenticateAsClientAsync("localhost");
            await log.WaitForAsync("[ CONNECTION - ATTEMPT ]", _guard);
            client.Close();

            // All slots are still taken.
            await log.WaitForAsync("[ CONNECTION - END ]", _guard);
            await Assert.ThrowsAsync<Exception>(() => handshake);
        }
        finally
        {
            foreach (Task _ in taken.Where(one => one.IsCompletedSuccessfully))
                server.Certificate.Handshakes.Release(hasPriority: true);
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task A_client_that_is_held_back_and_resets_its_connection_leaves_the_ledger()
    {
        var log = new LogLines();
        await using RunningServer server = await StartAsync(log, options => (options.Limits.MaxMessageRate, options.Limits.MaxMessageBurst) = (1, 1));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(server.EndPoint, _guard);
        byte[] chat = [.. Enumerable.Range(0, 1_000).SelectMany(_ => RawFrame.Message("more and more").ToBytes())];
        await client.SendAsync((byte[])[.. "SLIB/2\r\n"u8, .. RawFrame.Login("alice", "secret").ToBytes(), .. chat], _guard);
        await log.WaitForAsync("[ CONNECTION - SUCCESS ]", _guard);
        client.LingerState = new LingerOption(true, 0);
        client.Close();

        // The messages that are held back would take a quarter of an hour.
        await log.WaitForAsync("[ CONNECTION - END ]", _guard);
        Assert.AreEqual(0, server.Ledger.Count);
    }

    private static Task<RunningServer> StartAsync(LogLines log, Action<ServerOptions>? configure = null) =>
        RunningServer.StartAsync(configure, services: services => services.Replace(ServiceDescriptor.Singleton<ILog>(log)));

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
