using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Logs in with the compact protocol.</summary>
internal sealed class CompactLogin(ClientStream stream, CompactFrameSender sender, ServerClientOptions options)
{
    // The greeting may be long, and JSON escapes make it longer.
    private const int MaxLoginFrame = 64 * 1024;

    private static readonly string[] Features = [CompactControl.Ids, CompactControl.Calls];

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
        // A password is sent together with the preface, to save a round trip. Where others can read it, the server may refuse it, and says so
        // in place of HELLO. A signature needs the nonce in HELLO.
        bool isSentAtOnce = options.PrivateKey is null && stream.IsBound;
        if (isSentAtOnce)
            await sender.SendLoginAsync(PasswordLogin(), withPreface: true, cancellationToken).ConfigureAwait(false);
        else
            await sender.SendPrefaceAsync(cancellationToken).ConfigureAwait(false);
        await ReceiveHelloAsync(cancellationToken).ConfigureAwait(false);
        if (!isSentAtOnce)
            await sender.SendLoginAsync(CreateLogin(), withPreface: false, cancellationToken).ConfigureAwait(false);
        ThrowIfRefused(await ExpectAsync(FrameType.Result, CompactJson.Default.Result, cancellationToken).ConfigureAwait(false));
        CompactControl.Welcome welcome = await ExpectAsync(FrameType.Welcome, CompactJson.Default.Welcome, cancellationToken).ConfigureAwait(false);
        string alias = welcome.Alias ?? throw ClientErrors.Malformed("WELCOME without alias");
        return new SessionInfo(alias, welcome.Greeting ?? "", welcome.Session ?? "", sender.MaxFrame);
    }

    private CompactControl.Login CreateLogin() => options.PrivateKey is { } key
        ? Signer.CreateLogin(key, _hello!.Mechanisms) with { Features = Features, MaxFrame = options.MaxFrameSize }
        : PasswordLogin();

    private CompactControl.Login PasswordLogin() => new(
        CompactControl.Plain, options.UserName, options.Password, options.Invitation, Features: Features, MaxFrame: options.MaxFrameSize);

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
