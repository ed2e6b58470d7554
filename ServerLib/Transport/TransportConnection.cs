using System.Net;
using System.Net.Sockets;

namespace ServerLib.Transport;

/// <summary>
/// Bytes in both directions, in the idiom of System.Threading.Channels: wait until something can be done, then do it at once. One
/// caller may read while another writes.
/// </summary>
internal abstract class TransportConnection : IAsyncDisposable
{
    /// <summary>The peer's end.</summary>
    public abstract EndPoint RemoteEndPoint { get; }

    /// <summary>Whether the peer is on this machine.</summary>
    public virtual bool IsLocal =>
        RemoteEndPoint is UnixDomainSocketEndPoint || (RemoteEndPoint is IPEndPoint ip && IPAddress.IsLoopback(ip.Address));

    /// <summary>The socket underneath, where there is one.</summary>
    public virtual Socket? Socket => null;

    /// <summary>Whose code goes on when a wait ends, for a transport that has to know who blocks it.</summary>
    public virtual ContinuationAffinity? Affinity { get; set; }

    /// <summary>What the TLS handshake came to; <see langword="null"/> where there is no TLS.</summary>
    public virtual TlsFacts? Tls => null;

    /// <summary>Whether it was given up because the peer sent more than it may before it is logged in, or nothing but TLS's own affairs.</summary>
    public virtual bool SaidTooMuch { get; set; }

    /// <summary>The peer has logged in: from now on it may send as much as it likes.</summary>
    public virtual void EndLogin()
    {
    }

    /// <summary>How many KiB have come since this was last asked that are nothing to read, and cost the server all the same.</summary>
    public virtual int TakeOverhead() => 0;

    /// <summary>
    /// Prepares the connection for reading and writing. Before that it can only be closed, so a connection that is refused costs little.
    /// </summary>
    /// <param name="first">
    /// The code to run once the connection is open, on a thread on which code continues that has waited for it. Default: none.
    /// </param>
    /// <returns><see langword="false"/> if the connection is already lost. <paramref name="first"/> does not run then.</returns>
    /// <exception cref="IOException">The connection can't be watched.</exception>
    public virtual bool TryOpen(IThreadPoolWorkItem? first = null)
    {
        if (first is not null)
            ThreadPool.UnsafeQueueUserWorkItem(first, preferLocal: false);
        return true;
    }

    /// <summary>Whether nothing that the transport has taken is lost if it is closed right after <see cref="CompleteWriting"/>.</summary>
    public virtual bool CanCloseAtOnce => false;

    /// <summary>Waits until there is something to read, or the peer has closed its side.</summary>
    /// <returns><see langword="false"/> when the connection is lost.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public abstract ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken);

    /// <summary>Whether <see cref="Interrupt"/> ends a wait, so that nobody need wait with a token for that.</summary>
    public virtual bool CanInterrupt => false;

    /// <summary>Lets whoever waits to read go on: he finds that nothing was there.</summary>
    public virtual void Interrupt()
    {
    }

    /// <summary>Reads what is there, without waiting.</summary>
    /// <param name="buffer">Where the bytes go; not empty.</param>
    /// <param name="count">How many came; 0 when the peer has closed its side, -1 when the connection is lost.</param>
    /// <returns><see langword="false"/> when nothing was there after all, which is ordinary.</returns>
    public abstract bool TryRead(Span<byte> buffer, out int count);

    /// <summary>Writes as much as is taken without waiting. What is taken needs no further care.</summary>
    /// <returns>How many bytes were taken; -1 when the connection is lost.</returns>
    public abstract int TryWrite(ReadOnlySpan<byte> bytes);

    /// <summary>Waits until <see cref="TryWrite"/> takes something again.</summary>
    /// <returns><see langword="false"/> when the connection is lost.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public abstract ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken);

    /// <summary>Lets the other connections have their turn.</summary>
    public virtual async ValueTask YieldAsync() => await Task.Yield();

    /// <summary>Tells the peer that nothing more will be written.</summary>
    public abstract void CompleteWriting();

    /// <summary>Closes the connection; whoever waits for it is told that it is lost.</summary>
    public abstract ValueTask DisposeAsync();
}
