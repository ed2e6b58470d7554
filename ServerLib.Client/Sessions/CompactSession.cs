using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>A session that uses the compact protocol: it receives frames and hands them to the part that they are for.</summary>
internal sealed class CompactSession : ClientSession
{
    private readonly ClientState _client;
    private readonly SessionLink _link;
    private readonly CompactLogin _login;
    private readonly RequestResponder _responder;
    private readonly AnswerDispatcher _answers;
    private readonly CallResponder _calls;
    private NameDecoder _names;
    private KeepAlive? _keepAlive;

    public CompactSession(ClientStream stream, ServerClientOptions options, ClientState client)
        : base(stream, options)
    {
        _client = client;
        _link = new SessionLink(stream, options, End) { Resumed = OnResumed };
        Sender = new CompactFrameSender(_link, End, PendingRequests);
        _login = new CompactLogin(stream, Sender, options, client.Ticket);
        _responder = new RequestResponder(options, Sender, End, new SemaphoreSlim(options.MaxOutstandingRequests));
        _calls = new CallResponder(client.Methods, _responder);
        _answers = new AnswerDispatcher(PendingRequests);
    }

    public CompactFrameSender Sender { get; }

    public PendingRequests PendingRequests { get; } = new();

    public KeySigner Signer => _login.Signer;

    /// <summary>Sends calls and events.</summary>
    /// <exception cref="NotSupportedException">The server does not know them.</exception>
    public CompactFrameSender GetCallSender() => _login.ServerFeatures.Contains(CompactControl.Calls)
        ? Sender
        : throw new NotSupportedException("The server does not support calls and events.");

    /// <summary>Tells the server that nobody waits for the answer to a call any more.</summary>
    public async Task CancelAsync(PendingRequest call)
    {
        try
        {
            await Sender.SendCancelAsync(call.Id).ConfigureAwait(false);
        }
        catch (ServerClientException)
        {
            // The connection has ended, and the call with it.
        }
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        Sender.SendAsync(FrameType.MessageIn, default, body.Span, cancellationToken);

    public override Action<ServerClientException, TimeSpan>? Lost { get => _link.Lost; set => _link.Lost = value; }


    public override async ValueTask SendGoodbyeAsync(CancellationToken cancellationToken)
    {
        if (_link.CanResume)
        {
            // The answer comes with an ACK. After CLOSE, nothing is sent again, and the session has ended.
            await Sender.SendPingAsync().ConfigureAwait(false);
            await _link.WaitUntilAcknowledgedAsync(cancellationToken).ConfigureAwait(false);
            _link.GiveUp();
        }

        await SendCloseAsync(ClientCode.Bye, "Good-bye.", cancellationToken).ConfigureAwait(false);
    }

    public override async Task RestoreAsync(SentKey? key, IEnumerable<string> groups, CancellationToken cancellationToken)
    {
        if (key is not null)
        {
            PendingRequest request = PendingRequests.Create(FrameType.Key, null, reportsRefusal: true);
            var payload = new CompactControl.Key(null, key.Pem, Signer.TryProvePossession(key.Key), null, Id: PendingRequests.IdOnWire(request));
            await Sender.SendAsync(request, payload, CompactJson.Default.Key, cancellationToken).ConfigureAwait(false);
        }

        foreach (string group in groups)
        {
            PendingRequest request = PendingRequests.Create(FrameType.Join, group, reportsRefusal: true);
            var payload = new CompactControl.Group(group, PendingRequests.IdOnWire(request));
            await Sender.SendAsync(request, payload, CompactJson.Default.Group, cancellationToken).ConfigureAwait(false);
        }
    }

    public override void Dispose()
    {
        _keepAlive?.Dispose();
        _link.Dispose();
        base.Dispose();
    }

    protected override async Task<SessionInfo> LogInAsync(CancellationToken cancellationToken)
    {
        SessionInfo info = await _login.RunAsync(cancellationToken).ConfigureAwait(false);
        PendingRequests.HasIds = _login.ServerFeatures.Contains(CompactControl.Ids);
        await _link.BeginAsync(info.Resume).ConfigureAwait(false);
        return info;
    }

    protected override async Task ReceiveAsync()
    {
        if (Options.KeepAlive > TimeSpan.Zero)
            _keepAlive = new KeepAlive(Options, () => _client.IsFull || _responder.IsFull, SendProbeAsync, OnSilence);
        int maxSize = Options.MaxFrameSize + CompactFrame.ServerOverhead;
        try
        {
            while (true)
            {
                ReadStatus status = CompactFrame.TryRead(Stream.Unread.Span, maxSize, out int consumed, out FrameType type);
                if (status == ReadStatus.Complete)
                {
                    await HandleAsync(type, Stream.Unread[CompactFrame.HeaderSize..consumed]).ConfigureAwait(false);
                    Stream.Consume(consumed);
                    _link.CountReceived(type, consumed);
                }
                else if (status != ReadStatus.NeedMore)
                {
                    throw ClientErrors.Malformed(status == ReadStatus.TooLarge ? "a frame over the agreed limit" : "a frame without a type");
                }
                else if (!await _link.FillAsync().ConfigureAwait(false))
                {
                    return;
                }

                // Any byte is a sign of life: a large frame may take long.
                _keepAlive?.MarkActivity();
            }
        }
        catch (ServerClientException e) when (e.Code == ClientCode.BadFrame)
        {
            await ReportBadFrameAsync().ConfigureAwait(false);
            throw;
        }
    }

    protected override ClientStream Stream => _link.Stream;

    protected override void OnEnded(ServerClientException reason) => PendingRequests.Close(reason);

    private ValueTask HandleAsync(FrameType type, ReadOnlyMemory<byte> payload)
    {
        switch (type)
        {
            case FrameType.MessageOut or FrameType.DirectOut or FrameType.GroupOut or FrameType.Presence:
                return _client.Messages.AddAsync(CompactMessageReader.TryRead(type, payload.Span)!);
            case FrameType.Request:
                return _responder.StartRequestAsync(payload);
            case FrameType.Call or FrameType.Event or FrameType.Cancel:
                return HandleCallAsync(type, payload);
            case FrameType.Ping or FrameType.Pong when payload.Length > CompactFrame.MaxPingSize:
                throw ClientErrors.Malformed("PING or PONG with a payload that is too long");
            case FrameType.Ping:
                return Sender.SendAsync(FrameType.Pong, default, payload.Span, CancellationToken.None);
            case FrameType.Ticket:
                _login.Keep(ControlPayload.Parse(payload.Span, CompactJson.Default.Ticket));
                return default;
            case FrameType.Ack:
                return _link.TakeAckAsync(payload);
            case FrameType.Error:
                CompactControl.Error error = ControlPayload.Parse(payload.Span, CompactJson.Default.Error);
                return HandleErrorAsync(error);
            case FrameType.Close:
                throw ControlPayload.ParseClose(payload.Span);
            case FrameType.Hello or FrameType.Welcome or FrameType.Login or FrameType.KeyQuery or FrameType.Password or FrameType.Command
                or FrameType.MessageIn or FrameType.DirectIn or FrameType.GroupIn:
                throw ClientErrors.Malformed($"a frame {CompactFrame.Hex(type)} out of turn");
            default:
                return TryHandleAnswer(type, payload) ? default : SendUnknownTypeAsync(type);
        }
    }

    private ValueTask HandleCallAsync(FrameType type, ReadOnlyMemory<byte> payload)
    {
        if (CompactPayload.ReadCall(type, payload, ref _names, out Message message) != ReadStatus.Complete)
            throw ClientErrors.Malformed("CALL, EVENT or CANCEL that is incomplete, or with an invalid name");
        switch (message.Kind)
        {
            case MessageKind.Call:
                return _calls.StartAsync(message);
            case MessageKind.Event:
                return _client.Events.AddAsync(message, End.Token);
            default:
                _calls.Cancel(message.Id);
                return default;
        }
    }

    private ValueTask HandleErrorAsync(CompactControl.Error error)
    {
        if (_answers.TakeRefused(error) is { } refused)
        {
            if (!refused.ReportsRefusal)
                return default;

            // After reconnecting, the server has refused the key, or a group that the client had joined.
            if (refused.Type == FrameType.Join)
                _client.Groups.Remove(refused.Name);
        }

        return _client.Messages.AddAsync(CompactMessageReader.ToMessage(error));
    }

    private bool TryHandleAnswer(FrameType type, ReadOnlyMemory<byte> payload)
    {
        switch (type)
        {
            case FrameType.Response:
                _answers.OnResponse(payload);
                return true;
            case FrameType.Pong:
                _answers.OnPong(payload.Span);
                return true;
            case FrameType.Join or FrameType.Leave:
                CompactControl.Group group = ControlPayload.Parse(payload.Span, CompactJson.Default.Group);
                if (PendingRequests.HasIds && group.Id is null)
                    _client.Groups.Follow(type, group.Name);
                else
                    _answers.OnMembership(type, group);
                return true;
            case FrameType.Users:
                _answers.OnUsers(ControlPayload.Parse(payload.Span, CompactJson.Default.UserList));
                return true;
            case FrameType.Key:
                _answers.OnKey(ControlPayload.Parse(payload.Span, CompactJson.Default.Key));
                return true;
            case FrameType.Result:
                _answers.OnResult(ControlPayload.Parse(payload.Span, CompactJson.Default.Result));
                return true;
            case FrameType.Output:
                _answers.OnOutput(ControlPayload.Parse(payload.Span, CompactJson.Default.Output));
                return true;
            default:
                return false;
        }
    }

    private async ValueTask SendProbeAsync()
    {
        await _link.TryAcknowledgeAsync().ConfigureAwait(false);
        await Sender.SendPingAsync().ConfigureAwait(false);
    }

    private void OnResumed()
    {
        // Pings are not kept, so they are sent again.
        foreach (PendingRequest ping in PendingRequests.Pings)
            _ = SendAgainAsync(ping);
        Resumed?.Invoke();
    }

    private async Task SendAgainAsync(PendingRequest ping)
    {
        try
        {
            await Sender.SendPingAsync(ping.Id).ConfigureAwait(false);
        }
        catch (ServerClientException)
        {
            // The receiving side reports that the connection has ended.
        }
    }

    private void OnSilence()
    {
        if (_link.CanResume)
            Stream.Dispose();
        else
            Abort(new ServerClientException("The server does not respond any more.") { Code = ClientCode.Lost });
    }

    private ValueTask SendUnknownTypeAsync(FrameType type)
    {
        var error = new CompactControl.Error("unknown-type", "Frames of this type are not known here.", CompactFrame.Hex(type));
        return Sender.SendAsync(FrameType.Error, error, CompactJson.Default.Error, CancellationToken.None);
    }

    private ValueTask SendCloseAsync(string code, string text, CancellationToken cancellationToken) =>
        Sender.SendAsync(FrameType.Close, new CompactControl.Close(code, text, null), CompactJson.Default.Close, cancellationToken);

    private async ValueTask ReportBadFrameAsync()
    {
        // A server that does not read must not delay the end.
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1), Options.TimeProvider);
        try
        {
            await SendCloseAsync(ClientCode.BadFrame, "A frame was malformed.", timeout.Token).ConfigureAwait(false);
            CompleteWriting();
        }
        catch (Exception e) when (e is ServerClientException or OperationCanceledException)
        {
            // The connection has ended, or the time is up.
        }
    }
}
