using System.Net;

namespace ServerLib.Transport;

/// <summary>Where connections come in.</summary>
internal interface IConnectionListener : IDisposable
{
    /// <summary>Where it listens; <see langword="null"/> if it does not.</summary>
    EndPoint? LocalEndPoint { get; }

    /// <summary>Waits for a connection and takes it. Whoever lets it in opens it (<see cref="TransportConnection.TryOpen"/>).</summary>
    /// <exception cref="System.Net.Sockets.SocketException">It failed; trying again may help.</exception>
    /// <exception cref="ObjectDisposedException">The listener is closed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<TransportConnection> AcceptAsync(CancellationToken cancellationToken);
}
