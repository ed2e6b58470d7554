using System.Net;

namespace ServerLib.Transport;

/// <summary>Accepts connections.</summary>
internal interface IConnectionListener : IDisposable
{
    /// <summary>The end point on which it listens; <see langword="null"/> if there is none.</summary>
    EndPoint? LocalEndPoint { get; }

    /// <summary>Waits for a connection and accepts it. The caller opens it with <see cref="TransportConnection.TryOpen"/>.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">Accepting failed. The next attempt may succeed.</exception>
    /// <exception cref="ObjectDisposedException">The listener is closed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    ValueTask<TransportConnection> AcceptAsync(CancellationToken cancellationToken);

    /// <summary>Waits until the threads that report connections and data have answered. By default, there are none.</summary>
    /// <exception cref="ObjectDisposedException">The listener is closed.</exception>
    Task PingAsync() => Task.CompletedTask;
}
