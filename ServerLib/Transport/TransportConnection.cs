using System.Net;
using System.Net.Sockets;

namespace ServerLib.Transport;

/// <summary>
/// A connection that transports bytes in both directions. As with System.Threading.Channels, a caller waits until an operation is possible,
/// and then does it without waiting. One caller can read while another writes.
/// </summary>
internal abstract class TransportConnection : IAsyncDisposable
{
    /// <summary>The client's end point.</summary>
    public abstract EndPoint RemoteEndPoint { get; }

    /// <summary>Whether a proxy has made this connection.</summary>
    public bool IsProxied { get; set; }

    /// <summary>The client for which a proxy has made this connection; <see langword="null"/> if the proxy has not named it.</summary>
    public IPEndPoint? ProxiedClient { get; set; }

    /// <summary>Whether the client is on this machine. A client of a proxy is not, whatever its address.</summary>
    public virtual bool IsLocal => !IsProxied
        && (RemoteEndPoint is UnixDomainSocketEndPoint || (RemoteEndPoint is IPEndPoint ip && IPAddress.IsLoopback(ip.Address)));

    /// <summary>The socket; <see langword="null"/> if there is none.</summary>
    public virtual Socket? Socket => null;

    /// <summary>Whether <paramref name="socket"/> is this connection's <see cref="Socket"/>.</summary>
    public virtual bool Owns(Socket socket) => Socket == socket;

    /// <summary>Whether the peer has closed its side, or the connection is lost, even if there is data left to read.</summary>
    public virtual bool HasDisconnected => false;

    /// <summary>Whether the peer has disconnected. Call this only while nobody reads.</summary>
    public virtual bool HasEnded => HasDisconnected;

    /// <summary>Whether the connection is lost, most likely by a reset, even if there is data left to read.</summary>
    public virtual bool IsReset => false;

    /// <summary>Whether the system has given up on the peer, because it did not answer or did not read.</summary>
    /// <remarks>
    /// Call this when nothing more can be read. If the socket has failed, it waits until everything that was under way has failed.
    /// </remarks>
    public virtual ValueTask<bool> HasTimedOutAsync() => ValueTask.FromResult(false);

    /// <summary>How long ago the peer's system has acknowledged something; <see langword="null"/> if that is unknown.</summary>
    public virtual TimeSpan? SinceLastAck => null;

    /// <summary>How many probes or retransmissions in a row the peer's system has not acknowledged; 0 if that is unknown.</summary>
    public virtual int Unacknowledged => 0;

    /// <summary>Decides on which thread code continues after a wait.</summary>
    public virtual ContinuationAffinity? Affinity { get; set; }

    /// <summary>The result of the TLS handshake; <see langword="null"/> without TLS.</summary>
    public virtual TlsFacts? Tls => null;

    /// <summary>Whether it ended because the peer sent too much before its login, or too many TLS records without text.</summary>
    public virtual bool ReceivedTooMuch { get; set; }

    /// <summary>Notes that the peer has logged in. From now on it may send any amount of data.</summary>
    public virtual void EndLogin()
    {
    }

    /// <summary>The KiB that have arrived since the last call, are no data for the reader, and still cost the server work.</summary>
    public virtual int TakeOverhead() => 0;

    /// <summary>
    /// Prepares the connection for reading and writing. Before that it can only be closed, so a connection that is refused costs little. A
    /// connection that is open stays so.
    /// </summary>
    /// <param name="first">
    /// The code to run once the connection is open, on a thread on which code continues that has waited for it. Default none.
    /// </param>
    /// <returns><see langword="false"/> if the connection is already lost. <paramref name="first"/> does not run then.</returns>
    /// <exception cref="IOException">The connection can't be watched.</exception>
    public virtual bool TryOpen(IThreadPoolWorkItem? first = null)
    {
        if (first is not null)
            ThreadPool.UnsafeQueueUserWorkItem(first, preferLocal: false);
        return true;
    }

    /// <summary>Whether nothing that the transport has taken is lost if it is closed now, provided that everything was read.</summary>
    public virtual bool CanCloseAtOnce => false;

    /// <summary>Waits until there is something to read, or the peer has closed its side.</summary>
    /// <returns><see langword="false"/> if the connection is lost.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public abstract ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken);

    /// <summary>Whether <see cref="Interrupt"/> ends a wait, so that a wait needs no cancellation token for that.</summary>
    public virtual bool CanInterrupt => false;

    /// <summary>Ends a wait to read. The reader finds that there is nothing to read.</summary>
    public virtual void Interrupt()
    {
    }

    /// <summary>Reads the bytes that have arrived, without waiting.</summary>
    /// <param name="buffer">The buffer; not empty.</param>
    /// <param name="count">The number of bytes; 0 if the peer has closed its side, -1 if the connection is lost.</param>
    /// <returns><see langword="false"/> if there was nothing to read. This is normal, even after a wait.</returns>
    public abstract bool TryRead(Span<byte> buffer, out int count);

    /// <summary>Writes as many bytes as the transport takes without waiting. The transport sends the bytes that it has taken.</summary>
    /// <returns>The number of bytes taken; -1 if the connection is lost.</returns>
    public abstract int TryWrite(ReadOnlySpan<byte> bytes);

    /// <summary>Waits until <see cref="TryWrite"/> takes bytes again.</summary>
    /// <returns><see langword="false"/> if the connection is lost.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public abstract ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken);

    /// <summary>Gives other connections their turn.</summary>
    public virtual async ValueTask YieldAsync() => await Task.Yield();

    /// <summary>Signals the peer that nothing more follows.</summary>
    public abstract void CompleteWriting();

    /// <summary>Closes the connection. A caller that waits for it learns that it is lost.</summary>
    public abstract ValueTask DisposeAsync();
}
