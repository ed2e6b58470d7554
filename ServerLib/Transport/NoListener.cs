using System.Net;

namespace ServerLib.Transport;

/// <summary>The listener of a server whose application accepts all connections.</summary>
internal sealed class NoListener : IConnectionListener
{
    public EndPoint? LocalEndPoint => null;

    public async ValueTask<TransportConnection> AcceptAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
        throw new InvalidOperationException();
    }

    public void Dispose()
    {
    }
}
