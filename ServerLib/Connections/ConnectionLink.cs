using System.Net;
using System.Runtime.CompilerServices;
using ServerLib.Diagnostics;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>How a client is reached: the transport, the protocol spoken on it, and what is known of the peer.</summary>
internal sealed class ConnectionLink
{
    /// <summary>How many bytes in a row are read from one connection before others get their turn.</summary>
    public const int MaxInARow = 64 * 1024;

    private TaskCompletionSource? _readingEnded;
    private CancellationTokenSource? _lingering;
    private int _isReading;
    private int _inARow;

    /// <summary>Creates a link on which no protocol is spoken yet.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="maxQueuedBytes">How many bytes may wait to be sent.</param>
    /// <param name="traffic">Counts the bytes that are sent.</param>
    public ConnectionLink(TransportConnection transport, int maxQueuedBytes, MessageCounters traffic)
    {
        Transport = transport;
        Output = new SendQueue(transport, maxQueuedBytes, traffic);
        Input = new ReceiveBuffer(transport);
    }

    private ConnectionLink(ConnectionLink link, ClassicProtocol? classic, CompactProtocol? compact)
    {
        Transport = link.Transport;
        Output = link.Output;
        Input = link.Input;
        Classic = classic;
        Compact = compact;
    }

    public TransportConnection Transport { get; }

    /// <summary>What is on its way to the client.</summary>
    public SendQueue Output { get; }

    /// <summary>What has come from the client and is not read yet.</summary>
    public ReceiveBuffer Input { get; }

    /// <summary>The classic protocol, if the client speaks it.</summary>
    public ClassicProtocol? Classic { get; }

    /// <summary>The compact protocol, if the client speaks it.</summary>
    public CompactProtocol? Compact { get; }

    /// <summary>The protocol; <see langword="null"/> until the client has shown which one it speaks.</summary>
    public IWireProtocol? Protocol => (IWireProtocol?)Compact ?? Classic;

    public EndPoint RemoteEndPoint => Transport.RemoteEndPoint;

    /// <summary>Whether the client speaks the classic protocol.</summary>
    public bool IsClassic => Classic is not null;

    /// <summary>Whether everything is sent through TLS.</summary>
    public bool IsSecure => Transport.Tls is not null;

    /// <summary>Whether the client is on this machine.</summary>
    public bool IsLocal => Transport.IsLocal;

    /// <summary>
    /// Whether a signature that the client makes for this server is of no use to another server. TLS outside of this server binds nothing.
    /// </summary>
    public bool IsBound => !ServerEndPointHash.IsEmpty || IsLocal;

    /// <summary>The subject of the client's TLS certificate; <see langword="null"/> if it presented none.</summary>
    public string? ClientCertificateSubject => Transport.Tls?.ClientSubject;

    /// <summary>The hash of the certificate that the server presented; empty without TLS.</summary>
    public ReadOnlyMemory<byte> ServerEndPointHash => Transport.Tls?.ServerEndPoint;

    /// <summary>Whether nothing that was sent is lost if the transport is closed now, provided that everything was read.</summary>
    public bool CanCloseAtOnce => Output.IsEmpty && Transport.CanCloseAtOnce;

    /// <summary>The same link, with the classic protocol.</summary>
    public ConnectionLink With(ClassicProtocol protocol) => new(this, protocol, null);

    /// <summary>The same link, with the compact protocol.</summary>
    public ConnectionLink With(CompactProtocol protocol) => new(this, null, protocol);

    /// <summary>Whether somebody waits for more bytes.</summary>
    public bool IsReading => Volatile.Read(ref _isReading) != 0;

    /// <summary>Waits for more bytes. After <see cref="MaxInARow"/> bytes in a row, other connections get their turn.</summary>
    /// <param name="connection">The connection whose link this is. It is ended if the link is lost.</param>
    /// <param name="cancellationToken">Stops waiting; no byte is lost.</param>
    /// <returns><see langword="false"/> if the connection has ended.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync(Connection connection, CancellationToken cancellationToken)
    {
        using CancellationTokenSource? both =
            cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connection.Aborted) : null;
        if (!TryBeginReading())
            return false;
        try
        {
            while (connection.Reason == DisconnectReason.None)
            {
                Input.ReleaseIfEmpty();
                ValueTask<bool> waiting = Transport.WaitToReadAsync(both?.Token ?? (Transport.CanInterrupt ? default : connection.Aborted));
                if (!waiting.IsCompleted)
                    _inARow = 0;
                int before = Input.Unread.Length;
                FillOutcome outcome = await waiting.ConfigureAwait(false) ? Input.Fill() : FillOutcome.Lost;
                if (outcome == FillOutcome.Filled)
                {
                    connection.Activity.MarkReceived(connection.Settings.Time);
                    connection.Rate.Charge(Transport.TakeOverhead());
                    _inARow += Input.Unread.Length - before;
                    if (_inARow > MaxInARow)
                    {
                        _inARow = 0;
                        await Transport.YieldAsync().ConfigureAwait(false);
                    }

                    return true;
                }

                if (outcome != FillOutcome.Nothing)
                {
                    connection.Lose(this, await ReasonForAsync(outcome, connection.Options.Limits.KeepAlive).ConfigureAwait(false));
                    return false;
                }
            }
        }
        catch (OperationCanceledException) when (connection.Reason != DisconnectReason.None)
        {
            // The connection has ended.
        }
        finally
        {
            EndReading();
        }

        return false;
    }

    /// <summary>Call this before waiting for bytes, and <see cref="EndReading"/> afterwards. Only one caller can wait at a time.</summary>
    /// <returns><see langword="false"/> if the connection is being closed, and must not be read any more.</returns>
    public bool TryBeginReading()
    {
        // In this order: LingerAndCloseAsync does the opposite.
        Interlocked.Exchange(ref _isReading, 1);
        if (Volatile.Read(ref _readingEnded) is null)
            return true;
        EndReading();
        return false;
    }

    /// <summary>Call this when no more bytes are waited for.</summary>
    public void EndReading()
    {
        Interlocked.Exchange(ref _isReading, 0);
        Volatile.Read(ref _readingEnded)?.TrySetResult();
    }

    /// <summary>
    /// Handles everything that is not a complete frame: answers what needs a reply, and ends the connection if the frame is not allowed.
    /// </summary>
    /// <returns>Whether to parse again.</returns>
    public bool TryProceed(Connection connection, ReadStatus status)
    {
        switch (status)
        {
            case ReadStatus.Reply:
                Compact?.WriteReply(connection.Sink);
                if (Output.Overflowed)
                    connection.End(DisconnectReason.SlowReader);
                return true;
            case ReadStatus.NeedMore:
                return false;
            default:
                connection.End(ReasonFor(status));
                return false;
        }
    }

    /// <summary>The reason for a lost transport: <paramref name="usual"/>, unless the client sent too much before its login.</summary>
    public DisconnectReason ReasonForLoss(DisconnectReason usual) => Transport.ReceivedTooMuch ? DisconnectReason.FrameTooLarge : usual;

    /// <summary>
    /// The reason for the end of the transport. If the system has given up on the peer, it is lost, unless its system still acknowledges
    /// what it gets: then it does not read. The error may have been reported to the code that writes.
    /// </summary>
    private async ValueTask<DisconnectReason> ReasonForAsync(FillOutcome outcome, TimeSpan keepAlive)
    {
        bool isLost = outcome == FillOutcome.Lost;
        if (await Transport.HasTimedOutAsync().ConfigureAwait(false))
            return Transport.SinceLastAck < 1.5 * keepAlive ? DisconnectReason.SlowReader : DisconnectReason.ConnectionLost;
        return isLost ? ReasonForLoss(DisconnectReason.ConnectionLost) : DisconnectReason.EndOfStream;
    }

    /// <summary>
    /// Writes the reason for the end to a compact client, unless the client does not read any more, or has ended the connection itself.
    /// </summary>
    /// <param name="reason">The reason.</param>
    /// <param name="notice">The text. Default that of the reason.</param>
    /// <param name="retryAfter">How long the client should wait before it connects again. Default the time of the reason.</param>
    /// <returns>Whether the client reads what was sent, and can be expected to close its side.</returns>
    public bool TryWriteClose(DisconnectReason reason, string? notice, TimeSpan? retryAfter)
    {
        if (reason is DisconnectReason.ConnectionLost or DisconnectReason.SlowReader or DisconnectReason.ServerFull or DisconnectReason.Penalized)
            return false;
        if (reason != DisconnectReason.EndOfStream)
            Compact?.WriteClose(Output, reason, notice, retryAfter);
        return true;
    }

    /// <summary>
    /// Sends what is queued, reads until the client closes its side, and then closes the transport. A socket that is closed with unread
    /// bytes resets the connection, and the client loses what was sent last.
    /// </summary>
    public async ValueTask LingerAndCloseAsync(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(time, clock);
        using CancellationTokenRegistration registration =
            cancellationToken.UnsafeRegister(static timeout => ((CancellationTokenSource)timeout!).Cancel(), timeout);
        Volatile.Write(ref _lingering, timeout);
        try
        {
            await Output.FlushAsync(timeout.Token).ConfigureAwait(false);
            Transport.CompleteWriting();

            // Another caller that waits for bytes is being told that the connection has ended.
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _readingEnded, ended);
            if (Volatile.Read(ref _isReading) != 0)
                await ended.Task.WaitAsync(timeout.Token).ConfigureAwait(false);
            while (await Transport.WaitToReadAsync(timeout.Token).ConfigureAwait(false))
            {
                if (Discard() <= 0)
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            // The client does not close its side.
        }
        finally
        {
            await CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends the wait of <see cref="LingerAndCloseAsync"/>.</summary>
    public void StopLingering()
    {
        try
        {
            Volatile.Read(ref _lingering)?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended.
        }
    }

    /// <summary>Closes the transport and returns the buffers.</summary>
    public async ValueTask CloseAsync()
    {
        await Transport.DisposeAsync().ConfigureAwait(false);
        Input.Release();
    }

    private static DisconnectReason ReasonFor(ReadStatus status) => status switch
    {
        ReadStatus.Left => DisconnectReason.ClientLeft,
        ReadStatus.TooLarge => DisconnectReason.FrameTooLarge,
        ReadStatus.OutOfTurn => DisconnectReason.OutOfTurn,
        ReadStatus.UnknownVersion => DisconnectReason.UnknownProtocol,
        ReadStatus.BadKey => DisconnectReason.BadKey,
        _ => DisconnectReason.BadFrame,
    };

    private int Discard()
    {
        Span<byte> nowhere = stackalloc byte[4096];
        return Transport.TryRead(nowhere, out int count) ? count : 1;
    }
}
