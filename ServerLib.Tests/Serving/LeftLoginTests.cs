using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Serving;

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
