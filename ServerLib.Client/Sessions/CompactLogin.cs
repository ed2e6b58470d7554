using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Logs in with the compact protocol.</summary>
/// <param name="stream">The connection.</param>
/// <param name="sender">Sends frames on it.</param>
/// <param name="options">The user.</param>
/// <param name="ticket">The ticket of an earlier login.</param>
internal sealed class CompactLogin(ClientStream stream, CompactFrameSender sender, ServerClientOptions options, HeldTicket ticket)
{
    // The greeting may be long, and JSON escapes make it longer.
    private const int MaxLoginFrame = 64 * 1024;

    // Only a client that reconnects has use for them.
    private readonly string[] _features = options.Reconnect
        ? [CompactControl.Ids, CompactControl.Calls, CompactControl.Tickets, CompactControl.Resuming]
        : [CompactControl.Ids, CompactControl.Calls];

    private CompactControl.Hello? _hello;
    private KeySigner? _signer;

    /// <summary>Signs for this connection. Set by <see cref="RunAsync"/>.</summary>
    public KeySigner Signer => _signer!;

    /// <summary>What the server offers. Known after <see cref="RunAsync"/>.</summary>
    public IReadOnlyCollection<string?> ServerFeatures => _hello?.Features ?? [];

    /// <exception cref="LoginException">The server refuses the login.</exception>
    /// <exception cref="ServerClientException">The connection ended, or the server violated the protocol.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public async Task<SessionInfo> RunAsync(CancellationToken cancellationToken)
    {
        // A password or ticket is sent together with the preface, to save a round trip. Where others can read it, the server may refuse it, and
        // says so in place of HELLO. A signature needs the nonce in HELLO.
        CompactControl.Login? byTicket = TicketLogin();
        CompactControl.Login? atOnce = !stream.IsBound ? null : byTicket ?? (options.PrivateKey is null ? PasswordLogin() : null);
        if (atOnce is not null)
            await sender.SendLoginAsync(atOnce, withPreface: true, cancellationToken).ConfigureAwait(false);
        else
            await sender.SendPrefaceAsync(cancellationToken).ConfigureAwait(false);
        await ReceiveHelloAsync(cancellationToken).ConfigureAwait(false);
        if (atOnce is null)
            await sender.SendLoginAsync(byTicket ?? CreateLogin(), withPreface: false, cancellationToken).ConfigureAwait(false);
        CompactControl.Result result = await ReceiveResultAsync(cancellationToken).ConfigureAwait(false);
        if (byTicket is not null && CloseCode.ToLoginCode(result.Code) is LoginCode.Failure or LoginCode.Refused)
        {
            // It has expired or was revoked, the server has other keys, or it no longer accepts tickets.
            ticket.Discard();
            await sender.SendLoginAsync(CreateLogin(), withPreface: false, cancellationToken).ConfigureAwait(false);
            result = await ReceiveResultAsync(cancellationToken).ConfigureAwait(false);
        }

        ThrowIfRefused(result);
        CompactControl.Welcome welcome = await ExpectAsync(FrameType.Welcome, CompactJson.Default.Welcome, cancellationToken).ConfigureAwait(false);
        Keep(new CompactControl.Ticket(welcome.Ticket, welcome.TicketSeconds));
        string alias = welcome.Alias ?? throw ClientErrors.Malformed("WELCOME without alias");
        return new SessionInfo(alias, welcome.Greeting ?? "", welcome.Session ?? "", sender.MaxFrame)
        {
            Resume = options.Reconnect && welcome is { Session: { } session, ResumeToken: { } token, ResumeSeconds: > 0 and int seconds }
                ? new ResumeTicket(session, token, TimeSpan.FromSeconds(seconds))
                : null,
        };
    }

    /// <summary>Sends RESUME instead of LOGIN.</summary>
    /// <returns>The number of frames that the server has received; <see langword="null"/> if it does not have the session.</returns>
    /// <exception cref="ServerClientException">The connection ended, or the server violated the protocol.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public async Task<long?> ResumeAsync(ResumeTicket resume, long received, CancellationToken cancellationToken)
    {
        await sender.SendPrefaceAsync(cancellationToken).ConfigureAwait(false);
        await ReceiveHelloAsync(cancellationToken).ConfigureAwait(false);
        var request = new CompactControl.Resume(resume.Session, resume.Token, received);
        await sender.SendAsync(FrameType.Resume, request, CompactJson.Default.Resume, cancellationToken).ConfigureAwait(false);

        // ERROR comes from a server that does not keep sessions any more. After CLOSE, the session can still be resumed.
        return await ReceiveTypeAsync(cancellationToken).ConfigureAwait(false) is FrameType.Result or FrameType.Error
            ? null
            : (await ExpectAsync(FrameType.Resumed, CompactJson.Default.Resumed, cancellationToken).ConfigureAwait(false)).Received;
    }

    /// <summary>Keeps a ticket for this server.</summary>
    public void Keep(CompactControl.Ticket received) => ticket.Keep(received.Value, received.TicketSeconds, Server);

    /// <summary>
    /// What identifies the server: its certificate, unless the operating system verifies the host name. The options do not change.
    /// </summary>
    private string Server => options.Tls == TlsMode.Validate ? "" : stream.Fingerprint ?? "";

    /// <summary>The login by ticket, if there is a ticket that may be sent: only where a password may be sent, too.</summary>
    private CompactControl.Login? TicketLogin() =>
        (stream.IsBound || options is { AllowPlaintextPassword: true, PrivateKey: null }) && ticket.For(Server) is { } held
            ? Complete(new CompactControl.Login(CompactControl.ByTicket, options.UserName, null, null, Ticket: held))
            : null;

    private CompactControl.Login CreateLogin() => options.PrivateKey is { } key
        ? Complete(Signer.CreateLogin(key, _hello!.Mechanisms))
        : PasswordLogin();

    private CompactControl.Login PasswordLogin() =>
        Complete(new CompactControl.Login(CompactControl.Plain, options.UserName, options.Password, options.Invitation));

    private CompactControl.Login Complete(CompactControl.Login login) => login with { Features = _features, MaxFrame = options.MaxFrameSize };

    private Task<CompactControl.Result> ReceiveResultAsync(CancellationToken cancellationToken) =>
        ExpectAsync(FrameType.Result, CompactJson.Default.Result, cancellationToken);

    private async Task ReceiveHelloAsync(CancellationToken cancellationToken)
    {
        _hello = await ExpectAsync(FrameType.Hello, CompactJson.Default.Hello, cancellationToken).ConfigureAwait(false);
        if (_hello.MaxFrame < CompactFrame.MinMaxFrame)
            throw ClientErrors.Malformed($"HELLO without maxFrame, or with less than {CompactFrame.MinMaxFrame}");
        sender.MaxFrame = _hello.MaxFrame;
        _signer = new KeySigner(stream, options.UserName, _hello);
    }

    private void ThrowIfRefused(CompactControl.Result result)
    {
        LoginCode code = CloseCode.ToLoginCode(result.Code);
        if (code == LoginCode.Ok)
            return;
        throw new LoginException(TextSanitizer.Escape(result.Text ?? CloseCode.TextOf(code)!))
        {
            Code = CloseCode.Of(code),
            Result = code,
            IsResultUnknown = result.Code != CloseCode.Of(code),
            RetryAfter = Backoff.FromServer(result.RetryAfterMs),
            LacksInvitation = code == LoginCode.Failure
                && _hello!.Registration == "invitation"
                && options is { Invitation: null, PrivateKey: null },
        };
    }

    /// <summary>Waits for the next frame, which stays unread.</summary>
    private async Task<FrameType> ReceiveTypeAsync(CancellationToken cancellationToken)
    {
        while (stream.Unread.Length < CompactFrame.HeaderSize)
        {
            if (!await stream.FillAsync(cancellationToken).ConfigureAwait(false))
                throw ClientErrors.ClosedDuringLogin();
        }

        return (FrameType)stream.Unread.Span[sizeof(uint)];
    }

    /// <summary>Receives the next frame, which must be of this type.</summary>
    private async Task<T> ExpectAsync<T>(FrameType expected, JsonTypeInfo<T> json, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            ReadStatus status = CompactFrame.TryRead(stream.Unread.Span, MaxLoginFrame, out int consumed, out FrameType type);
            if (status == ReadStatus.NeedMore)
            {
                if (!await stream.FillAsync(cancellationToken).ConfigureAwait(false))
                    throw ClientErrors.ClosedDuringLogin();
                continue;
            }

            if (status != ReadStatus.Complete)
                throw ClientErrors.Malformed("not a frame of the compact protocol. It may speak another protocol, or require TLS");
            ReadOnlySpan<byte> payload = stream.Unread.Span[CompactFrame.HeaderSize..consumed];
            if (type == FrameType.Close)
                throw ControlPayload.ParseClose(payload);
            if (type != expected)
                throw ClientErrors.Malformed($"a frame {CompactFrame.Hex(type)} out of turn");
            T parsed = ControlPayload.Parse(payload, json);
            stream.Consume(consumed);
            return parsed;
        }
    }
}
