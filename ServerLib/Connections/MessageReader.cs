using System.Runtime.CompilerServices;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>Reads the messages of a client that has logged in. For one caller at a time.</summary>
/// <param name="connection">The connection.</param>
internal sealed class MessageReader(Connection connection)
{
    private ValueTask<bool> _filling;
    private StrongBox<Message>? _next;
    private MessageDecryptor? _decryptor;
    private HandlerReadAhead? _handler;
    private bool _isHandling;
    private bool _isFilling;
    private bool _hasNext;
    private bool _isHeldBack;

    /// <summary>Whether more bytes have come than those of the last message.</summary>
    public bool HasMore => !Input.IsEmpty;

    /// <summary>Whether the client has exceeded its rate limit, so that the next read waits.</summary>
    public bool IsHeldBack => _isHeldBack;

    /// <summary>Whether a handler is working. Nothing but pings and answers to requests is read meanwhile.</summary>
    public bool IsHandling => Volatile.Read(ref _isHandling);

    /// <summary>
    /// Canceled when requests cannot be answered any more: when the connection ends, unless
    /// <see cref="IMessageHandler.OnServerStoppingAsync"/> runs.
    /// </summary>
    public CancellationToken RequestsEnded
    {
        get => Volatile.Read(ref _handler)?.RequestsEnded ?? connection.Aborted;
        set => Handler.RequestsEnded = value;
    }

    private HandlerReadAhead Handler =>
        Volatile.Read(ref _handler) ?? LazyInitializer.EnsureInitialized(ref _handler, () => new HandlerReadAhead(connection));

    private ReceiveBuffer Input => connection.Link.Input;

    private IWireProtocol Protocol => connection.Link.Protocol ?? throw ServerLibException.Because("The client has not logged in.");

    /// <summary>Waits until <see cref="TryRead"/> returns a message.</summary>
    /// <returns><see langword="false"/> if the connection has ended.</returns>
    public async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        Message message = default;
        while (!_hasNext && !TryReadNext(out message))
        {
            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
                return false;
        }

        if (!_hasNext)
        {
            (_next ??= new StrongBox<Message>()).Value = message;
            _hasNext = true;
        }

        return connection.Reason == DisconnectReason.None;
    }

    /// <summary>Reads a message that has come completely.</summary>
    public bool TryRead(out Message message)
    {
        if (_hasNext)
        {
            message = _next!.Value;
            _next.Value = default;
            _hasNext = false;
        }
        else if (!TryReadNext(out message))
        {
            return false;
        }

        message = message with { Charge = connection.Rate };
        return true;
    }

    /// <summary>
    /// Waits for more bytes, or for what keeps those that have come from being read: the rate limit, or a slot to decrypt in.
    /// </summary>
    /// <returns><see langword="false"/> if the connection has ended.</returns>
    public ValueTask<bool> FillAsync(CancellationToken cancellationToken = default)
    {
        if (_isFilling)
        {
            _isFilling = false;
            return _filling;
        }

        if (_isHeldBack)
            return PauseAsync(cancellationToken);
        return _decryptor is { IsWaiting: true } decryptor
            ? DecryptAsync(decryptor, cancellationToken)
            : connection.Resumption?.FillAsync(cancellationToken) ?? connection.Link.FillAsync(connection, cancellationToken);
    }

    /// <summary>
    /// Starts what <see cref="FillAsync"/> does. If it does not complete at once, the next <see cref="FillAsync"/> awaits it.
    /// </summary>
    /// <returns>Whether more bytes have come already.</returns>
    public bool TryFill()
    {
        ValueTask<bool> filling = FillAsync();
        if (filling.IsCompletedSuccessfully)
            return filling.Result;
        _filling = filling;
        _isFilling = true;
        return false;
    }

    /// <summary>
    /// Chooses the threads on which the connection's code continues when bytes come: a handler of this type may block them.
    /// </summary>
    public void SetAffinityFor(object handler)
    {
        if (!connection.IsClassic)
            connection.Link.Transport.Affinity = connection.Settings.Affinities.For(handler.GetType());
    }

    /// <summary>Changes the link while a handler works. Otherwise the reading code does that.</summary>
    /// <param name="attach">Changes the link.</param>
    public ValueTask AdoptLinkAsync(Action attach) => Volatile.Read(ref _handler)?.AdoptLinkAsync(attach) ?? ValueTask.CompletedTask;

    /// <summary>Call this before a handler.</summary>
    public void BeginHandling() => Volatile.Write(ref _isHandling, true);

    /// <summary>Call this when the handler has returned at once.</summary>
    public void EndHandling() => Volatile.Write(ref _isHandling, false);

    /// <summary>
    /// Call this if a handler does not return at once. Its message stays valid, and pings and answers to requests are read meanwhile.
    /// </summary>
    public void BeginWaiting()
    {
        Handler.Begin();
        if (connection.Resumption is { HasNext: true } session)
            _ = AdoptLinkAsync(session.Attach).AsTask();
        if (connection.Calls.IsAny)
            Handler.TryRead();
    }

    /// <summary>Call this when the handler for which <see cref="BeginWaiting"/> was called has returned.</summary>
    public ValueTask EndHandlingAsync()
    {
        EndHandling();
        return Handler.EndAsync();
    }

    /// <summary>While a handler works on a message, looks for pings and answers to requests in what follows the message.</summary>
    /// <returns>Whether what comes is read.</returns>
    public bool TryReadAhead() => !connection.IsClassic && Volatile.Read(ref _handler)?.TryRead() == true;

    private bool TryReadNext(out Message message)
    {
        IWireProtocol protocol = Protocol;
        message = default;

        // Somebody else may be filling the buffer.
        if (_isFilling)
            return false;
        while (connection.Reason == DisconnectReason.None)
        {
            _isHeldBack = connection.Rate.IsExceeded;
            if (_isHeldBack)
                return false;
            if (connection.Resumption is { } session && TryReadAck(session))
                continue;
            ReadStatus status = Parse(protocol, out int consumed, out message);
            if (status is ReadStatus.Complete or ReadStatus.Reply)
            {
                connection.Resumption?.Frames.CountReceived((FrameType)Input.Unread.Span[sizeof(uint)], consumed);
                Input.Consume(consumed);
                connection.Rate.ChargeFor(consumed, message.Kind);
            }

            if (status == ReadStatus.Complete)
            {
                if (message.Kind != MessageKind.Response)
                    return true;
                connection.Calls.Pending?.Complete(message);
            }
            else if (!connection.Link.TryProceed(connection, status))
            {
                return false;
            }
        }

        return false;
    }

    private bool TryReadAck(ResumableSession session)
    {
        ReadOnlySpan<byte> unread = Input.Unread.Span;
        if (unread.Length < CompactFrame.HeaderSize
            || CompactFrame.TryRead(unread, CompactFrame.AckSize, out int consumed, out FrameType type) != ReadStatus.Complete
            || type != FrameType.Ack)
        {
            return false;
        }

        if (!session.Frames.TryTakeAck(unread[CompactFrame.HeaderSize..consumed]))
            connection.End(DisconnectReason.BadFrame);
        Input.Consume(consumed);
        connection.Rate.ChargeFor(consumed, MessageKind.Response);
        return true;
    }

    private ReadStatus Parse(IWireProtocol protocol, out int consumed, out Message message) => connection.Link.Classic is { } classic
        ? (_decryptor ??= new MessageDecryptor(classic, connection.Settings.Cryptography)).TryReadMessage(Input.Unread, out consumed, out message)
        : protocol.TryReadMessage(Input.Unread, out consumed, out message);

    /// <summary>Reads nothing for a while, because the client sends too much.</summary>
    private async ValueTask<bool> PauseAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connection.Aborted);
        try
        {
            Input.ReleaseIfEmpty();
            await Task.Delay(connection.Rate.Pause, connection.Settings.Time, either.Token).ConfigureAwait(false);

            // A client that is not listened to is not silent. If it has reset the connection, what it sent before is void.
            connection.Activity.MarkReceived(connection.Settings.Time);
            if (connection.Link.Transport.IsReset)
                connection.Lose(connection.Link, DisconnectReason.ConnectionLost);
        }
        catch (OperationCanceledException) when (connection.Reason != DisconnectReason.None)
        {
            // The connection has ended.
        }

        return connection.Reason == DisconnectReason.None;
    }

    private async ValueTask<bool> DecryptAsync(MessageDecryptor decryptor, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connection.Aborted);
        try
        {
            await decryptor.WaitAsync(Input.Unread, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (connection.Reason != DisconnectReason.None)
        {
            // The connection has ended.
        }

        return connection.Reason == DisconnectReason.None;
    }
}
