using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace ServerLib.Protocol;

/// <summary>The server's side of the compact protocol on one connection.</summary>
/// <param name="maxFrameSize">The largest frame that a client may send, in bytes.</param>
/// <param name="registration">Who may register, as sent in HELLO: <c>open</c>, <c>invitation</c> or <c>closed</c>.</param>
/// <param name="serverKey">The server's key pair.</param>
/// <param name="offersKeys">Whether the client may log in by key.</param>
/// <param name="serverEndPoint">The hash of the certificate that the server presented; empty without TLS.</param>
/// <param name="resumeSeconds">How long the session of a lost connection is kept; 0 if it is not.</param>
/// <param name="offersTickets">Whether the server issues tickets.</param>
internal sealed class CompactProtocol(
    int maxFrameSize,
    string registration,
    ServerKey serverKey,
    bool offersKeys = false,
    ReadOnlyMemory<byte> serverEndPoint = default,
    int resumeSeconds = 0,
    bool offersTickets = false) : IWireProtocol
{
    /// <summary>The largest frame before the client is logged in, in bytes.</summary>
    public const int MaxLoginFrameSize = 4 * 1024;

    // One nonce for all login attempts on this connection.
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(KeyProof.NonceSize);
    private NameDecoder _names;
    private string _username = "";
    private readonly LoginMechanisms _mechanisms = new(offersKeys, offersTickets);
    private string? _failure = CloseCode.TextOf(LoginCode.Failure);
    private bool _hasIds;
    private volatile bool _hasCalls;
    private volatile bool _acceptsTickets;
    private volatile int _clientMaxFrame;
    private byte[] _reply = [];
    private volatile bool _isWelcomed;

    /// <summary>The largest frame that the client accepts, in bytes, without the names in it.</summary>
    public int ClientMaxFrame => _clientMaxFrame > 0 ? _clientMaxFrame : maxFrameSize;

    /// <summary>Whether the client understands CALL, EVENT and CANCEL.</summary>
    public bool HasCalls => _hasCalls;

    /// <summary>Whether the client can resume its session.</summary>
    public bool CanResume { get; private set; }

    /// <summary>Whether the client accepts tickets, and the server issues them.</summary>
    public bool AcceptsTickets => _acceptsTickets;

    /// <summary>The bytes that the client signs to prove that it holds its private key.</summary>
    public byte[] SignedForPossession => Signed(KeyProof.Possession, _username);

    /// <summary>Reads the preface, the first bytes that a client sends.</summary>
    public static ReadStatus TryReadPreface(ReadOnlySpan<byte> buffer, out int consumed)
    {
        ReadOnlySpan<byte> preface = CompactFrame.Preface;
        consumed = preface.Length;
        if (buffer.Length >= preface.Length)
            return buffer.StartsWith(preface) ? ReadStatus.Complete : ReadStatus.UnknownVersion;
        return preface.StartsWith(buffer) ? ReadStatus.NeedMore : ReadStatus.UnknownVersion;
    }

    public ReadStatus TryReadCredentials(ReadOnlySpan<byte> buffer, out int consumed, out LoginRequest request)
    {
        request = default;
        ReadStatus status = CompactFrame.TryRead(buffer, MaxLoginFrameSize, out consumed, out FrameType type);
        if (status != ReadStatus.Complete)
            return status;
        ReadOnlySpan<byte> payload = buffer[CompactFrame.HeaderSize..consumed];
        if (type == FrameType.Resume && resumeSeconds > 0)
            return ResumeFrames.Read(payload, out request);
        if (type != FrameType.Login)
            return CompactFrame.NeedsLogin(type) ? ReadStatus.OutOfTurn : ReadControl(type, payload);
        if (CompactControl.TryParse(payload, CompactJson.Default.Login) is not { } login)
            return ReadStatus.Malformed;
        switch (login)
        {
            case { MaxFrame: < CompactFrame.MinMaxFrame }:
                return Refuse($"A client accepts frames of {CompactFrame.MinMaxFrame} bytes or more.");
            case { Mechanism: CompactControl.Plain, Username: { } name, Password: { } password }:
                request = new LoginRequest(UserName.Trim(name), password, login.Invitation);
                break;
            case { Mechanism: CompactControl.ByKey, Username: { } name, PublicKey: { } key, Signature: { } signature } when _mechanisms.Keys:
                request = new LoginRequest(UserName.Trim(name), "", Key: new KeyClaim(key, signature, Signed(KeyProof.Login, name)));
                break;
            case { Mechanism: CompactControl.ByTicket, Username: { } name, Ticket: { } ticket } when _mechanisms.Tickets:
                request = new LoginRequest(UserName.Trim(name), "", Ticket: ticket);
                break;
            default:
                return Refuse(_mechanisms.Sentence);
        }

        _username = login.Username;
        _failure = LoginMechanisms.FailureOf(request);
        _clientMaxFrame = (int)Math.Min(login.MaxFrame ?? 0, int.MaxValue);
        _hasIds = login.Features?.Contains(CompactControl.Ids) == true;
        _hasCalls = login.Features?.Contains(CompactControl.Calls) == true;
        CanResume = resumeSeconds > 0 && login.Features?.Contains(CompactControl.Resuming) == true;
        _acceptsTickets = _mechanisms.Tickets && login.Features?.Contains(CompactControl.Tickets) == true;
        return ReadStatus.Complete;
    }

    /// <summary>Whether the client repeats the ids of questions, so that it can tell an answer from a frame that it has not asked for.</summary>
    public bool HasIds => _hasIds;

    /// <summary>The group that the client has asked to join or leave, while that is being done.</summary>
    public string? AskedGroup { get; set; }

    public ReadStatus TryReadMessage(ReadOnlyMemory<byte> buffer, out int consumed, out Message message)
    {
        message = default;
        ReadStatus status = CompactFrame.TryRead(buffer.Span, maxFrameSize, out consumed, out FrameType type);
        if (status != ReadStatus.Complete)
            return status;
        ReadOnlyMemory<byte> payload = buffer[CompactFrame.HeaderSize..consumed];
        switch (type)
        {
            case FrameType.MessageIn:
                message = new Message(payload);
                return ReadStatus.Complete;
            case FrameType.DirectIn:
                return ReadNamed(MessageKind.Direct, payload, out message);
            case FrameType.GroupIn:
                return ReadNamed(MessageKind.Group, payload, out message);
            case FrameType.Request:
                return CompactPayload.ReadNumbered(MessageKind.Request, hasStatus: false, payload, out message);
            case FrameType.Response:
                return CompactPayload.ReadNumbered(MessageKind.Response, hasStatus: true, payload, out message);
            case FrameType.Join:
                return CheckGroup(CompactPayload.ReadGroup(MessageKind.Join, payload.Span, _hasIds, out message), type, message);
            case FrameType.Leave:
                return CheckGroup(CompactPayload.ReadGroup(MessageKind.Leave, payload.Span, _hasIds, out message), type, message);
            case FrameType.Users:
                return CheckGroup(CompactPayload.ReadUsers(payload.Span, _hasIds, out message), type, message);
            case FrameType.Key:
                message = CompactPayload.ReadControl(MessageKind.Key, payload, _hasIds);
                return ReadStatus.Complete;
            case FrameType.Password:
                message = CompactPayload.ReadControl(MessageKind.Password, payload, _hasIds);
                return ReadStatus.Complete;
            case FrameType.Command:
                message = CompactPayload.ReadControl(MessageKind.Command, payload, _hasIds);
                return ReadStatus.Complete;
            case FrameType.KeyQuery:
                return CompactPayload.ReadKeyQuery(payload.Span, _hasIds, out message);
            case FrameType.Call or FrameType.Event or FrameType.Cancel when _hasCalls:
                return CompactPayload.ReadCall(type, payload, ref _names, out message);
            default:
                return type == FrameType.Login ? ReadStatus.OutOfTurn : ReadControl(type, payload.Span);
        }
    }

    /// <summary>Answers the frame that was read with <see cref="ReadStatus.Reply"/>. A PONG needs no answer.</summary>
    public void WriteReply(IFrameSink sink)
    {
        if (_reply.Length > 0)
            sink.Write(_reply);
    }

    /// <summary>Greets a client whose preface was read.</summary>
    public void WriteHello(IFrameSink sink)
    {
        var hello = new CompactControl.Hello(
            "SLIB/2", "ServerLib", maxFrameSize, _mechanisms.Names, registration, Convert.ToBase64String(_nonce), Features);
        CompactFrameWriter.WriteControl(sink, FrameType.Hello, hello, CompactJson.Default.Hello);
    }

    public void WriteLoginResult(IFrameSink sink, LoginResult result) => WriteResult(sink, result, id: null);

    /// <summary>Answers a login, or a PASSWORD with this id.</summary>
    public void WriteResult(IFrameSink sink, LoginResult result, uint? id)
    {
        string? text = result.Text ?? (result.Code == LoginCode.Failure ? _failure : CloseCode.TextOf(result.Code));
        var answer = new CompactControl.Result(CloseCode.Of(result.Code), Fit(text), (long?)result.RetryAfter?.TotalMilliseconds, id);
        CompactFrameWriter.WriteControl(sink, FrameType.Result, answer, CompactJson.Default.Result);
    }

    public void WriteWelcome(IFrameSink sink, string alias, string greeting, long session) =>
        WriteWelcome(sink, alias, greeting, session, resumeToken: null, ticket: null);

    /// <summary>Welcomes the client, and gives it the secret with which it resumes its session, and its first ticket.</summary>
    public void WriteWelcome(
        IFrameSink sink, string alias, string greeting, long session, string? resumeToken, CompactControl.Ticket? ticket)
    {
        const int TicketMembers = 64;
        string fitting = BoundedPayload.Text(greeting, ClientMaxFrame - (ticket?.Value is { } value ? value.Length + TicketMembers : 0));
        var welcome = new CompactControl.Welcome(
            alias,
            fitting,
            $"{session}",
            resumeToken,
            resumeToken is null ? null : resumeSeconds,
            ticket?.Value,
            ticket?.TicketSeconds);
        CompactFrameWriter.WriteControl(sink, FrameType.Welcome, welcome, CompactJson.Default.Welcome);
        _isWelcomed = true;
    }

    /// <summary>Sends the server's public key.</summary>
    public void WriteServerKey(IFrameSink sink, uint? id = null)
    {
        var key = new CompactControl.Key(null, serverKey.PublicKeyPem, null, null, Id: id);
        CompactFrameWriter.WriteControl(sink, FrameType.Key, key, CompactJson.Default.Key);
    }

    public SendOutcome WriteMessage(IFrameSink sink, OutgoingMessage message) =>
        _isWelcomed && (_hasCalls || !message.IsEvent) ? sink.Write(message.CompactFrame) : SendOutcome.Dropped;

    public SendOutcome WriteMessage(IFrameSink sink, string sender, Message message) =>
        _isWelcomed ? CompactFrameWriter.WriteMessage(sink, sender, message) : SendOutcome.Dropped;

    /// <summary>Says why the server closes the connection.</summary>
    /// <param name="sink">Where the frame goes.</param>
    /// <param name="reason">The reason.</param>
    /// <param name="text">The reason as a sentence. Default the text that belongs to <paramref name="reason"/>.</param>
    /// <param name="retryAfter">How long the client should wait. Default the time that belongs to <paramref name="reason"/>.</param>
    public void WriteClose(IFrameSink sink, DisconnectReason reason, string? text = null, TimeSpan? retryAfter = null)
    {
        long? milliseconds = (long?)(retryAfter ?? CloseCode.RetryAfter(reason))?.TotalMilliseconds;
        var close = new CompactControl.Close(CloseCode.Of(reason), Fit(text) ?? CloseCode.TextOf(reason), milliseconds);
        CompactFrameWriter.WriteControl(sink, FrameType.Close, close, CompactJson.Default.Close);
    }

    private string[] Features =>
    [
        CompactControl.Ids,
        CompactControl.Calls,
        .. _mechanisms.Tickets ? [CompactControl.Tickets] : (string[])[],
        .. resumeSeconds > 0 ? [CompactControl.Resuming] : (string[])[],
    ];

    private byte[] Signed(ReadOnlySpan<byte> purpose, string username) => KeyProof.Bytes(purpose, _nonce, username, serverEndPoint.Span);

    /// <summary>Reads frames that are allowed at any time, and those of an unknown type.</summary>
    private ReadStatus ReadControl(FrameType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.Close:
                return ReadStatus.Left;
            case FrameType.Ping or FrameType.Pong when payload.Length > CompactFrame.MaxPingSize:
                return ReadStatus.Malformed;
            case FrameType.Ping:
                _reply = CompactFrameWriter.Encode(FrameType.Pong, payload);
                return ReadStatus.Reply;
            case FrameType.Pong or FrameType.Error:
                _reply = [];
                return ReadStatus.Reply;
            default:
                return ReplyError("unknown-type", "Frames of this type are not known here.", type);
        }
    }

    /// <summary>Refuses a group name that is too long for the answer.</summary>
    private ReadStatus CheckGroup(ReadStatus status, FrameType type, Message message) =>
        message.Name is null || Encoding.UTF8.GetByteCount(message.Name) <= CompactFrame.MaxNameSize
            ? status
            : ReplyError("bad-name", $"A group's name has at most {CompactFrame.MaxNameSize} bytes of UTF-8.", type, message.QuestionId);

    private ReadStatus ReadNamed(MessageKind kind, ReadOnlyMemory<byte> payload, out Message message)
    {
        message = default;
        if (!CompactFrame.TryReadName(payload.Span, out ReadOnlySpan<byte> name, out int consumed) || _names.Decode(name) is not { } text)
            return ReadStatus.Malformed;
        message = new Message(kind, payload[consumed..], text);
        return ReadStatus.Complete;
    }

    private string? Fit(string? text) => text is null ? null : BoundedPayload.Text(text, ClientMaxFrame);

    private ReadStatus Refuse(string text) =>
        Reply(FrameType.Result, new CompactControl.Result("refused", text, null), CompactJson.Default.Result);

    private ReadStatus ReplyError(string code, string text, FrameType regarding, uint? id = null) =>
        Reply(FrameType.Error, new CompactControl.Error(code, text, CompactFrame.Hex(regarding), id), CompactJson.Default.Error);

    private ReadStatus Reply<T>(FrameType type, T payload, JsonTypeInfo<T> json)
    {
        _reply = CompactFrameWriter.EncodeControl(type, payload, json);
        return ReadStatus.Reply;
    }
}
