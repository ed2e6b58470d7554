using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <content>What the server says.</content>
internal sealed partial class CompactSession
{
    private const int MaxPing = 8;

    /// <summary>What a frame has for whoever reads; <see langword="null"/> where it is about something else.</summary>
    /// <exception cref="ServerClientException">It is malformed.</exception>
    public static ReceivedMessage? Understand(FrameType type, ReadOnlyMemory<byte> payload)
    {
        switch (type)
        {
            case FrameType.MessageOut:
                return Named(ReceivedKind.Message, payload.Span);
            case FrameType.DirectOut:
                return Named(ReceivedKind.Direct, payload.Span);
            case FrameType.GroupOut:
                string group = Name(payload.Span, out int size);
                return Named(ReceivedKind.Group, payload.Span[size..], group);
            case FrameType.Presence:
                return Presence(Parse(payload, CompactJson.Default.Presence));
            case FrameType.Error:
                return Error(Parse(payload, CompactJson.Default.Error));
            default:
                return null;
        }
    }

    protected override async Task ReceiveAsync()
    {
        if (Options.KeepAlive > TimeSpan.Zero)
            _keepAlive = Options.TimeProvider.CreateTimer(_ => Probe(), null, Options.KeepAlive, Options.KeepAlive);
        try
        {
            while (true)
            {
                ReadStatus status = CompactFrame.TryRead(Stream.Unread.Span, _maxReceived, out int consumed, out FrameType type);
                if (status == ReadStatus.Complete)
                {
                    await HandleAsync(type, Stream.Unread[CompactFrame.HeaderSize..consumed]).ConfigureAwait(false);
                    Stream.Consume(consumed);
                }
                else if (status != ReadStatus.NeedMore)
                {
                    throw Malformed(status == ReadStatus.TooLarge ? "a frame larger than agreed" : "a frame without a type");
                }
                else if (!await Stream.FillAsync().ConfigureAwait(false))
                {
                    return;
                }

                _isQuiet = false;
            }
        }
        catch (ServerClientException e) when (e.Code == ClientCode.BadFrame)
        {
            await TellOfBadFrameAsync().ConfigureAwait(false);
            throw;
        }
    }

    protected override async ValueTask StopAsync(ServerClientException why)
    {
        PendingRequests.Close(() => Again(why));
        if (_keepAlive is { } timer)
            await timer.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Asks whether the server is still there, once nothing has come for a while.</summary>
    private void Probe()
    {
        // Nobody reads the inbox, so nothing is read here either: that the server is quiet is not known.
        if (!_isQuiet || _inbox.IsFull)
        {
            _isQuiet = true;
            _isProbed = false;
        }
        else if (_isProbed)
        {
            Abandon(new ServerClientException("The server does not answer any more.") { Code = ClientCode.Lost });
        }
        else
        {
            _isProbed = true;
            _ = SendPingAsync(0, CancellationToken.None).AsTask()
                .ContinueWith(static sent => sent.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private ValueTask HandleAsync(FrameType type, ReadOnlyMemory<byte> payload)
    {
        switch (type)
        {
            case FrameType.MessageOut or FrameType.DirectOut or FrameType.GroupOut or FrameType.Presence:
                return _inbox.AddAsync(Understand(type, payload)!);
            case FrameType.Request:
                return AnswerAsync(payload);
            case FrameType.Response:
                TakeResponse(payload);
                return default;
            case FrameType.Join or FrameType.Leave:
                TakeMembership(type, Parse(payload, CompactJson.Default.Group).Name);
                return default;
            case FrameType.Users:
                CompactControl.UserList users = Parse(payload, CompactJson.Default.UserList);
                if (users.Users?.Contains(null!) == true)
                    throw Malformed("a list of users with a gap in it");
                PendingRequests.Take(q => q.Type == FrameType.Users && q.Name == users.Group)?.Resolve(users.Users ?? []);
                return default;
            case FrameType.Key:
                TakeKey(Parse(payload, CompactJson.Default.Key));
                return default;
            case FrameType.Ping or FrameType.Pong when payload.Length > MaxPing:
                throw Malformed("a PING or PONG that is too long");
            case FrameType.Ping:
                return WriteAsync(FrameType.Pong, default, payload.Span, CancellationToken.None);
            case FrameType.Pong:
                if (payload.Length == sizeof(uint))
                    PendingRequests.Take(FrameType.Ping, BinaryPrimitives.ReadUInt32BigEndian(payload.Span))?.Resolve(null);
                return default;
            case FrameType.Error:
                return TakeErrorAsync(Parse(payload, CompactJson.Default.Error));
            case FrameType.Close:
                throw ClosedBy(payload.Span);
            case FrameType.Result:
                TakeResult(Parse(payload, CompactJson.Default.Result));
                return default;
            case FrameType.Output:
                CompactControl.Output output = Parse(payload, CompactJson.Default.Output);
                PendingRequests.Take(q => q.Type == FrameType.Command)?.Resolve(new CommandOutput(output.Exit, output.Text ?? "", output.Data));
                return default;
            case FrameType.Hello or FrameType.Welcome or FrameType.Login or FrameType.KeyQuery or FrameType.Password or FrameType.Command
                or FrameType.MessageIn or FrameType.DirectIn or FrameType.GroupIn:
                throw Malformed($"a frame 0x{(byte)type:X2} out of turn");
            default:
                return SendAsync(
                    FrameType.Error,
                    new CompactControl.Error("unknown-type", "Frames of this type are not known here.", $"0x{(byte)type:X2}"),
                    CompactJson.Default.Error,
                    CancellationToken.None);
        }
    }

    private static ReceivedMessage Named(ReceivedKind kind, ReadOnlySpan<byte> payload, string? group = null)
    {
        string sender = Name(payload, out int size);
        return new ReceivedMessage(kind, sender, payload[size..].ToArray()) { Group = group };
    }

    private static string Name(ReadOnlySpan<byte> payload, out int consumed) =>
        CompactFrame.TryReadName(payload, out ReadOnlySpan<byte> name, out consumed) && Utf8.IsValid(name)
            ? Encoding.UTF8.GetString(name)
            : throw Malformed("a name that is cut off or no UTF-8");

    private static ReceivedMessage Presence(CompactControl.Presence presence) =>
        new(presence.Event == "joined" ? ReceivedKind.Joined : ReceivedKind.Left, presence.Alias ?? "") { Group = presence.Group };

    private static ReceivedMessage Error(CompactControl.Error error) =>
        new(ReceivedKind.Error, error.Code ?? "", error.Text) { About = error.Regarding };

    private static T Parse<T>(ReadOnlyMemory<byte> payload, JsonTypeInfo<T> json)
        where T : class => CompactControl.TryParse(payload.Span, json) ?? throw Malformed("a control frame that is no such JSON");

    private static ServerClientException ClosedBy(ReadOnlySpan<byte> payload)
    {
        CompactControl.Close? close = CompactControl.TryParse(payload, CompactJson.Default.Close);
        return new ServerClientException($"The server ended the connection: {TextSanitizer.Escape(close?.Text ?? close?.Code ?? "no reason given")}")
        {
            Code = close?.Code,
            RetryAfter = Backoff.FromServer(close?.RetryAfterMs),
        };
    }

    private async ValueTask TellOfBadFrameAsync()
    {
        // A server that reads nothing must not hold up the end.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), Options.TimeProvider);
        try
        {
            await SendAsync(
                FrameType.Close,
                new CompactControl.Close(ClientCode.BadFrame, "A frame was malformed.", null),
                CompactJson.Default.Close,
                patience.Token).ConfigureAwait(false);
            CompleteWriting();
        }
        catch (Exception e) when (e is ServerClientException or OperationCanceledException)
        {
            // It need not know.
        }
    }
}
