using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using ServerLib.Server;
using ServerLib.Testing;
using ServerLib.Transport;

namespace ServerLib.Tests.Server;

[TestClass]
public sealed class AcceptLoopTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_server_that_cannot_accept_has_a_problem_until_it_can()
    {
        await using ServiceProvider services = new ServiceCollection().AddScoped(_ => Mock.Of<IMessageHandler>()).BuildServiceProvider();
        ServerContext context = TestContexts.Create(new ServerOptions { ShutdownTimeout = TimeSpan.Zero }, services, TimeProvider.System);
        using var listener = new FailingListener(context.Problems);
        await using var server = new ConnectionServer(context);
        await server.StartAsync(listener);

        Assert.AreEqual("accept", await listener.AfterFailure.Task.WaitAsync(_guard));
        Assert.AreEqual("", await listener.AfterSuccess.Task.WaitAsync(_guard));
    }

    /// <summary>Fails once, and then accepts once. Notes the problems at each call after that.</summary>
    private sealed class FailingListener(ServerProblems problems) : IConnectionListener
    {
        private readonly PipePair _pair = new();
        private int _calls;

        public EndPoint? LocalEndPoint => null;

        public TaskCompletionSource<string> AfterFailure { get; } = new();

        public TaskCompletionSource<string> AfterSuccess { get; } = new();

        private string Names => string.Join(' ', problems.Current.Select(problem => problem.Name));

        public async ValueTask<TransportConnection> AcceptAsync(CancellationToken cancellationToken)
        {
            switch (++_calls)
            {
                case 1:
                    throw new SocketException((int)SocketError.TooManyOpenSockets);
                case 2:
                    AfterFailure.SetResult(Names);
                    return new PipeConnection(_pair.Server, new IPEndPoint(IPAddress.Loopback, 7));
                default:
                    AfterSuccess.TrySetResult(Names);
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    throw new InvalidOperationException();
            }
        }

        public void Dispose()
        {
        }
    }
}
