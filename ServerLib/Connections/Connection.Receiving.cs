using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ServerLib.Connections;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib;

/// <content>What the client says.</content>
public sealed partial class Connection
{
    private const int MaxInARow = 64 * 1024;

    private static readonly Reader<int> PrefaceReader =
        static (_, buffer, out consumed, out result) =>
        {
            result = 0;
            return CompactProtocol.TryReadPreface(buffer.Span, out consumed);
        };

    private static readonly Reader<LoginRequest> CredentialsReader =
        static (protocol, buffer, out consumed, out request) => protocol.TryReadCredentials(buffer.Span, out consumed, out request);

    private static readonly Reader<RSA?> KeyReader =
        static (protocol, buffer, out consumed, out key) => ((ClassicProtocol)protocol).TryReadKey(buffer.Span, out consumed, out key);

    private static readonly Reader<Message> PlainReader =
        static (protocol, buffer, out consumed, out message) => protocol.TryReadMessage(buffer, out consumed, out message);

    private ValueTask<bool>? _filling;
    private StrongBox<Message>? _next;
    private bool _hasNext;
    private int _inARow;

    private delegate ReadStatus Reader<T>(IWireProtocol protocol, ReadOnlyMemory<byte> buffer, out int consumed, out T result);

    /// <summary>Whether more has come than the message that was received last.</summary>
    internal bool HasMore => !_link.Input.IsEmpty;

    /// <summary>Whether the client speaks the classic protocol: its login is complete only when both sides have given their keys.</summary>
    internal bool IsClassic => _link.IsClassic;

    /// <summary>Waits until a whole message has come.</summary>
    /// <param name="cancellationToken">Gives up waiting; nothing is lost by it.</param>
    /// <returns><see langword="false"/> when the connection has ended; <see cref="Reason"/> says why.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ServerLibException">The client has not logged in.</exception>
    public async ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default)
    {
        if (!_hasNext && await ReadAsync(MessageReader, cancellationToken).ConfigureAwait(false) is (true, var message))
        {
            (_next ??= new StrongBox<Message>()).Value = message;
            _hasNext = true;
        }

        return _hasNext && Reason == DisconnectReason.None;
    }

    /// <summary>Takes a message that has come whole, without waiting.</summary>
    /// <param name="message">The message; its body is valid until the next call of a receiving method.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ServerLibException">The client has not logged in.</exception>
    public bool TryReceive(out Message message)
    {
        if (_hasNext)
        {
            message = _next!.Value;
            _next.Value = default;
            _hasNext = false;
        }
        else if (!TryRead(MessageReader, out message))
        {
            return false;
        }

        message = message with { Charge = this };
        return true;
    }

    /// <summary>Waits for the next message.</summary>
    /// <param name="cancellationToken">Gives up waiting; nothing is lost by it.</param>
    /// <returns>
    /// The message, its body valid until the next call of a receiving method; <see langword="null"/> when the connection has ended.
    /// </returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ServerLibException">The client has not logged in.</exception>
    public async ValueTask<Message?> ReceiveAsync(CancellationToken cancellationToken = default) =>
        await WaitToReceiveAsync(cancellationToken).ConfigureAwait(false) && TryReceive(out Message message) ? message : null;

    /// <summary>Notes that a message has come, as against a mere sign of life.</summary>
    internal void NoteMessage() => Volatile.Write(ref _lastMessage, Volatile.Read(ref _lastHeard));

    /// <summary>Waits for a login, and finds out by its first byte which protocol the client speaks.</summary>
    /// <returns><see langword="null"/> when the connection has ended.</returns>
    internal async ValueTask<Credentials?> ReceiveCredentialsAsync(CancellationToken cancellationToken)
    {
        if (_link.Protocol is null && !await OpenAsync(cancellationToken).ConfigureAwait(false))
            return null;
        var (isRead, request) = await ReadAsync(CredentialsReader, cancellationToken).ConfigureAwait(false);
        if (!isRead || !AllowsLogin())
            return null;
        byte[]? proven = request.Key is { } claim ? await Task.Run(claim.Prove, cancellationToken).ConfigureAwait(false) : null;
        return new Credentials(request.Username, request.Password, RemoteEndPoint)
        {
            Invitation = request.Invitation,
            ClientCertificateSubject = ClientCertificateSubject,
            IsByKey = request.Key is not null,
            ProvenKey = proven,
        };
    }

    /// <summary>Finds out which protocol the client speaks, and greets it.</summary>
    private async ValueTask<bool> OpenAsync(CancellationToken cancellationToken)
    {
        if (await new ProtocolNegotiator(this, _settings).NegotiateAsync(cancellationToken).ConfigureAwait(false) is not { } link)
            return false;
        if (link.Protocol is not CompactProtocol compact)
            return true;
        if (!(await ReadAsync(PrefaceReader, cancellationToken).ConfigureAwait(false)).IsRead || !AllowsLogin())
            return false;
        compact.WriteHello(link.Output);
        return true;
    }

    /// <summary>Refuses, in the client's protocol, a login that others could read on its way.</summary>
    private bool AllowsLogin()
    {
        if (IsSecure || Options.Login.Plaintext == PlaintextPolicy.Anywhere || (Options.Login.Plaintext == PlaintextPolicy.LoopbackOnly && IsLocal))
            return true;
        if (IsClassic)
            Protocol.WriteLoginResult(_link.Output, new LoginResult(LoginCode.Refused));
        End(DisconnectReason.PlaintextRefused);
        return false;
    }

    /// <summary>Waits for more bytes; or, where those that have come were too many at a time, until they may be read.</summary>
    /// <returns><see langword="false"/> when the connection has ended.</returns>
    internal ValueTask<bool> FillAsync(CancellationToken cancellationToken = default)
    {
        if (_filling is not { } begun)
        {
            if (_isHeldBack)
                return HoldBackAsync(cancellationToken);
            return _decryption is { IsDue: true } decryption ? DecryptAsync(decryption, cancellationToken) : ReadMoreAsync(cancellationToken);
        }

        _filling = null;
        return begun;
    }

    /// <summary>Begins what <see cref="FillAsync"/> does, which the next call of it then goes on with.</summary>
    /// <returns>Whether more has come already.</returns>
    internal bool TryFill()
    {
        ValueTask<bool> filling = FillAsync();
        if (filling.IsCompletedSuccessfully)
            return filling.Result;
        _filling = filling;
        return false;
    }

    /// <summary>Waits for the client's public key.</summary>
    /// <returns><see langword="null"/> when the connection has ended.</returns>
    internal async ValueTask<RSA?> ReceiveKeyAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(KeyReader, cancellationToken).ConfigureAwait(false)).Value;

    /// <summary>Waits until something is whole, and reads it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(bool IsRead, T Value)> ReadAsync<T>(Reader<T> read, CancellationToken cancellationToken)
    {
        T value;
        while (!TryRead(read, out value))
        {
            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
                return default;
        }

        return (true, value);
    }

    /// <summary>Reads what is whole already. What the client may not send ends the connection.</summary>
    private bool TryRead<T>(Reader<T> read, out T value)
    {
        IWireProtocol protocol = Protocol;
        value = default!;

        // Somebody else may be filling the buffer.
        if (_filling is not null)
            return false;
        while (Reason == DisconnectReason.None && MaySayMore<T>())
        {
            ReadStatus status = read(protocol, _link.Input.Unread, out int consumed, out value);
            switch (status)
            {
                case ReadStatus.Complete:
                    _link.Input.Consume(consumed);
                    CountFrame(consumed, value);
                    if (value is not Message message || !IsForConnection(message))
                        return true;
                    break;
                case ReadStatus.Reply:
                    _link.Input.Consume(consumed);
                    CountFrame(consumed, value);
                    CountReply<T>();
                    ((CompactProtocol)protocol).WriteReply(_link.Output);
                    if (_link.Output.Overflowed)
                        End(DisconnectReason.SlowReader);
                    break;
                case ReadStatus.NeedMore:
                    return false;
                default:
                    End(ReasonFor(status));
                    return false;
            }
        }

        return false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadMoreAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource? both =
            cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Aborted) : null;

        // Before looking whether it has ended: who waits for the end of reading looks in the other order.
        _link.BeginReading();
        try
        {
            while (Reason == DisconnectReason.None)
            {
                _link.Input.ReleaseIfEmpty();
                ValueTask<bool> waiting = _link.Transport.WaitToReadAsync(both?.Token ?? (_link.Transport.CanInterrupt ? default : Aborted));
                if (!waiting.IsCompleted)
                    _inARow = 0;
                int before = _link.Input.Unread.Length;
                FillOutcome outcome = await waiting.ConfigureAwait(false) ? _link.Input.Fill() : FillOutcome.Lost;
                if (outcome == FillOutcome.Filled)
                {
                    MarkActivity();
                    Charge(_link.Transport.TakeOverhead());
                    _inARow += _link.Input.Unread.Length - before;
                    if (_inARow <= MaxInARow)
                        return true;
                    _inARow = 0;
                    await _link.Transport.YieldAsync().ConfigureAwait(false);
                    return true;
                }

                if (outcome != FillOutcome.Nothing)
                    End(outcome == FillOutcome.Ended ? DisconnectReason.EndOfStream : ReasonForLoss(DisconnectReason.ConnectionLost));
            }
        }
        catch (OperationCanceledException) when (Reason != DisconnectReason.None)
        {
            // Ended from elsewhere.
        }
        finally
        {
            _link.EndReading();
        }

        return false;
    }

    private DisconnectReason ReasonForLoss(DisconnectReason usual) => _link.Transport.SaidTooMuch ? DisconnectReason.FrameTooLarge : usual;

    private static DisconnectReason ReasonFor(ReadStatus status) => status switch
    {
        ReadStatus.Left => DisconnectReason.ClientLeft,
        ReadStatus.TooLarge => DisconnectReason.FrameTooLarge,
        ReadStatus.OutOfTurn => DisconnectReason.OutOfTurn,
        ReadStatus.UnknownVersion => DisconnectReason.UnknownProtocol,
        ReadStatus.BadKey => DisconnectReason.BadKey,
        _ => DisconnectReason.BadFrame,
    };
}
