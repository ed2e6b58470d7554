using System.Net;
using System.Net.Sockets;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>How a client is reached: the transport, the protocol spoken on it, and what is known of the peer.</summary>
internal sealed class ConnectionLink
{
    // Set while somebody reads and, by Linger, when it waits for that to end.
    private TaskCompletionSource? _readingEnded;
    private int _isReading;

    /// <summary>Creates a link on which no protocol is spoken yet.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="maxQueuedBytes">How many bytes may wait to be sent.</param>
    public ConnectionLink(TransportConnection transport, int maxQueuedBytes)
    {
        Transport = transport;
        Output = new SendQueue(transport, maxQueuedBytes);
        Input = new ReceiveBuffer(transport);
    }

    private ConnectionLink(ConnectionLink link, IWireProtocol protocol)
    {
        Transport = link.Transport;
        Output = link.Output;
        Input = link.Input;
        Protocol = protocol;
    }

    public TransportConnection Transport { get; }

    /// <summary>What is on its way to the client.</summary>
    public SendQueue Output { get; }

    /// <summary>What has come from the client and is not read yet.</summary>
    public ReceiveBuffer Input { get; }

    /// <summary>The protocol; <see langword="null"/> until the client has shown which one it speaks.</summary>
    public IWireProtocol? Protocol { get; }

    public EndPoint RemoteEndPoint => Transport.RemoteEndPoint;

    /// <summary>Whether the client speaks the classic protocol.</summary>
    public bool IsClassic => Protocol is ClassicProtocol;

    /// <summary>Whether everything is sent through TLS.</summary>
    public bool IsSecure => Transport.Tls is not null;

    /// <summary>Whether the client is on this machine.</summary>
    public bool IsLocal =>
        RemoteEndPoint is UnixDomainSocketEndPoint || (RemoteEndPoint is IPEndPoint ip && IPAddress.IsLoopback(ip.Address));

    /// <summary>Whether a signature that the client makes for this server is of no use to another server.</summary>
    public bool IsBound => IsSecure || IsLocal;

    /// <summary>The subject of the client's TLS certificate; <see langword="null"/> if it presented none.</summary>
    public string? ClientCertificateSubject => Transport.Tls?.ClientSubject;

    /// <summary>The hash of the certificate that the server presented; empty without TLS.</summary>
    public ReadOnlyMemory<byte> ServerEndPointHash => Transport.Tls?.ServerEndPoint;

    /// <summary>The same link, with a protocol.</summary>
    public ConnectionLink With(IWireProtocol protocol) => new(this, protocol);

    /// <summary>Marks the start of a read. Call this before checking whether the connection has ended.</summary>
    public void BeginReading() => Interlocked.Exchange(ref _isReading, 1);

    /// <summary>Marks the end of a read.</summary>
    public void EndReading()
    {
        Interlocked.Exchange(ref _isReading, 0);
        Volatile.Read(ref _readingEnded)?.TrySetResult();
    }

    /// <summary>
    /// Sends what is queued, then reads until the client closes its side. A socket that is closed with unread bytes resets the connection,
    /// and the client loses what was sent last.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task LingerAsync(CancellationToken cancellationToken)
    {
        await Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        Transport.CompleteWriting();

        // Only one caller can wait for bytes at a time. Another one is being told that the connection has ended.
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _readingEnded, ended);
        if (Volatile.Read(ref _isReading) != 0)
            await ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        while (await Transport.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (Discard() <= 0)
                return;
        }
    }

    /// <summary>Closes the transport and returns the buffers.</summary>
    public async ValueTask CloseAsync()
    {
        await Transport.DisposeAsync().ConfigureAwait(false);
        Input.Release();
    }

    private int Discard()
    {
        Span<byte> nowhere = stackalloc byte[4096];
        return Transport.TryRead(nowhere, out int count) ? count : 1;
    }
}
