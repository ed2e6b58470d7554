using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>A connection that speaks the compact protocol: its login, and what the client says.</summary>
internal sealed partial class CompactSession : ClientSession
{
    // The greeting may be long, and JSON makes it longer.
    private const int MaxLoginFrame = 64 * 1024;

    // Less than that, and what the client says by itself, such as a PING, would not fit.
    private const int MinMaxFrame = 4 * 1024;

    private readonly ReceiveQueue _inbox;
    private readonly JoinedGroups _groups;
    private readonly SemaphoreSlim _answering;
    private readonly ByteBudget _asked;
    private ITimer? _keepAlive;
    private byte[] _nonce = [];
    private int _maxReceived;
    private volatile bool _isQuiet;
    private bool _isProbed;

    public CompactSession(ClientStream stream, ServerClientOptions options, ReceiveQueue inbox, JoinedGroups groups)
        : base(stream, options)
    {
        _inbox = inbox;
        _groups = groups;
        _answering = new SemaphoreSlim(options.MaxOutstandingRequests);
        _asked = new ByteBudget(options.MaxWaitingBytes);
    }

    public PendingRequests PendingRequests { get; } = new();

    public override ValueTask SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        SendAsync(FrameType.MessageIn, null, body, cancellationToken);

    /// <summary>Sends a body, with the name of whom it is for in front where there is one.</summary>
    /// <exception cref="ArgumentException">The name or the whole frame is larger than the server takes.</exception>
    public ValueTask SendAsync(FrameType type, string? name, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        Span<byte> head = stackalloc byte[1 + CompactFrame.MaxNameSize];
        int size = name is null ? 0 : CompactFrame.WriteName(head, name);
        return WriteAsync(type, head[..size], body.Span, cancellationToken);
    }

    /// <summary>Sends a control frame.</summary>
    public ValueTask SendAsync<T>(FrameType type, T payload, JsonTypeInfo<T> json, CancellationToken cancellationToken) =>
        WriteAsync(type, default, CompactControl.Serialize(payload, json), cancellationToken);

    public ValueTask SendRequestAsync(uint id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        Span<byte> head = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(head, id);
        return WriteAsync(FrameType.Request, head, body.Span, cancellationToken);
    }

    public ValueTask SendPingAsync(uint id, CancellationToken cancellationToken)
    {
        Span<byte> payload = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(payload, id);
        return WriteAsync(FrameType.Ping, default, payload, cancellationToken);
    }

    public override async Task JoinAgainAsync(IEnumerable<string> groups, CancellationToken cancellationToken)
    {
        foreach (string group in groups)
        {
            await SendAsync(FrameType.Join, new CompactControl.Group(group), CompactJson.Default.Group, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    public override ValueTask SayGoodByeAsync(CancellationToken cancellationToken) => SendAsync(
        FrameType.Close, new CompactControl.Close(ClientCode.Bye, "Good-bye.", null), CompactJson.Default.Close, cancellationToken);

    public override void Dispose()
    {
        _keepAlive?.Dispose();
        base.Dispose();
    }

    protected override async Task LogInAsync(CancellationToken cancellationToken)
    {
        // A password goes with the preface, without waiting for HELLO; a signature has to wait for what it is to be made for.
        if (Options.PrivateKey is null)
            await SendLoginAsync(CompactFrame.Preface, WithPassword(), cancellationToken).ConfigureAwait(false);
        else
            await SendPrefaceAsync(cancellationToken).ConfigureAwait(false);
        CompactControl.Hello hello = await ExpectAsync(FrameType.Hello, CompactJson.Default.Hello, cancellationToken).ConfigureAwait(false);
        if (hello.MaxFrame < MinMaxFrame)
            throw Malformed("a HELLO without maxFrame, or with one that is too small");
        _nonce = Nonce(hello);
        if (Options.PrivateKey is { } key)
            await SendLoginAsync(default, WithKey(key, hello), cancellationToken).ConfigureAwait(false);
        MaxFrame = hello.MaxFrame;
        _maxReceived = Math.Min(hello.MaxFrame, Options.MaxFrame) + CompactFrame.ServerOverhead;
        CompactControl.Result result = await ExpectAsync(FrameType.Result, CompactJson.Default.Result, cancellationToken).ConfigureAwait(false);
        LoginCode code = CloseCode.ToLoginCode(result.Code);
        if (code != LoginCode.Ok)
        {
            throw new LoginException(TextSanitizer.Escape(result.Text ?? CloseCode.TextOf(code)!))
            {
                Code = CloseCode.Of(code),
                Result = code,
                RetryAfter = Backoff.FromServer(result.RetryAfterMs),
                LacksInvitation = code == LoginCode.Failure && hello.Registration == "invitation" && Options is { Invitation: null, PrivateKey: null },
            };
        }

        CompactControl.Welcome welcome = await ExpectAsync(FrameType.Welcome, CompactJson.Default.Welcome, cancellationToken).ConfigureAwait(false);
        Alias = welcome.Alias ?? throw Malformed("a WELCOME without alias");
        Greeting = welcome.Greeting ?? "";
        Id = welcome.Session ?? "";
    }

    private CompactControl.Login WithPassword() => new(CompactControl.Plain, Options.UserName, Options.Password, Options.Invitation);

    private ValueTask SendPrefaceAsync(CancellationToken cancellationToken)
    {
        byte[] preface = ArrayPool<byte>.Shared.Rent(CompactFrame.Preface.Length);
        CompactFrame.Preface.CopyTo(preface);
        return Stream.WriteAsync(preface, CompactFrame.Preface.Length, cancellationToken);
    }

    /// <summary>LOGIN, and what goes before it in the same write.</summary>
    private ValueTask SendLoginAsync(ReadOnlySpan<byte> preface, CompactControl.Login login, CancellationToken cancellationToken)
    {
        byte[] payload = CompactControl.Serialize(login, CompactJson.Default.Login);
        int size = preface.Length + CompactFrame.HeaderSize + payload.Length;
        byte[] frame = ArrayPool<byte>.Shared.Rent(size);
        preface.CopyTo(frame);
        CompactFrame.WriteHeader(frame.AsSpan(preface.Length), FrameType.Login, payload.Length);
        payload.CopyTo(frame, preface.Length + CompactFrame.HeaderSize);
        Array.Clear(payload);
        return Stream.WriteAsync(frame, size, cancellationToken);
    }

    /// <summary>Waits for the frame whose turn it is.</summary>
    private async Task<T> ExpectAsync<T>(FrameType expected, JsonTypeInfo<T> json, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            ReadStatus status = CompactFrame.TryRead(Stream.Unread.Span, MaxLoginFrame, out int consumed, out FrameType type);
            if (status == ReadStatus.NeedMore)
            {
                if (!await Stream.FillAsync(cancellationToken).ConfigureAwait(false))
                    throw new ServerClientException("The server closed the connection during the login.") { Code = ClientCode.Lost };
                continue;
            }

            if (status != ReadStatus.Complete)
                throw Malformed("no frame of the compact protocol; maybe it speaks another one, or only TLS");
            ReadOnlySpan<byte> payload = Stream.Unread.Span[CompactFrame.HeaderSize..consumed];
            if (type == FrameType.Close)
                throw ClosedBy(payload);
            T? parsed = type == expected ? CompactControl.TryParse(payload, json) : throw Malformed($"a frame 0x{(byte)type:X2} before its turn");
            Stream.Consume(consumed);
            return parsed ?? throw Malformed($"a frame 0x{(byte)type:X2} that is no such JSON");
        }
    }

    private ValueTask WriteAsync(FrameType type, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, CancellationToken cancellationToken)
    {
        if (EndedBecause is { } end)
            return ValueTask.FromException(Again(end));
        int payload = head.Length + body.Length;
        if (payload >= MaxFrame)
            throw new ArgumentException($"The server takes frames of {MaxFrame} bytes at most, and this one has {(long)payload + 1}.");
        int size = CompactFrame.HeaderSize + payload;
        byte[] frame = ArrayPool<byte>.Shared.Rent(size);
        CompactFrame.WriteHeader(frame, type, payload);
        head.CopyTo(frame.AsSpan(CompactFrame.HeaderSize));
        body.CopyTo(frame.AsSpan(CompactFrame.HeaderSize + head.Length));
        return Stream.WriteAsync(frame, size, cancellationToken);
    }
}
