using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace ServerLib.Protocol;

/// <summary>
/// A message to one or many recipients. What is the same for all of them is encoded once. Objects are pooled, so that sending to compact
/// clients allocates nothing.
/// </summary>
internal sealed class OutgoingMessage : IDisposable
{
    private static readonly byte[] Joined = "[ CONNECTED ]"u8.ToArray();
    private static readonly byte[] Left = "[ DISCONNECTED ]"u8.ToArray();

    // A pool of one object per thread.
    [ThreadStatic]
    private static OutgoingMessage? _spare;

    private string _sender = "";
    private ReadOnlyMemory<byte> _body;
    private byte[] _frame = [];
    private int _frameSize;
    private byte[]? _classicPrefix;
    private byte[]? _classicText;
    private bool _onlyCompact;
    private IMessageCharge? _charge;
    private int _microseconds;

    private OutgoingMessage()
    {
    }

    /// <summary>The frame for compact clients.</summary>
    public ReadOnlySpan<byte> CompactFrame => _frame.AsSpan(0, _frameSize);

    /// <summary>What counts towards a client's limit for frames: the frame without the names in it.</summary>
    public int LimitedSize { get; private set; }

    /// <summary>Whether classic clients can receive it: it is UTF-8, and not for a group.</summary>
    public bool IsText => !_onlyCompact && (_classicText is not null || Utf8.IsValid(_body.Span));

    /// <summary>Whether it is an event, which only clients with the feature <see cref="CompactControl.Calls"/> can receive.</summary>
    public bool IsEvent { get; private set; }

    /// <summary>The text before each classic message: <c>{sender}: </c>.</summary>
    public byte[] ClassicPrefix => _classicPrefix ??= Encoding.UTF8.GetBytes(_sender + ": ");

    /// <summary>The text for classic clients, with control characters replaced.</summary>
    public byte[] ClassicText =>
        _classicText ??= Encoding.UTF8.GetBytes(TextSanitizer.Replace(Encoding.UTF8.GetString(_body.Span)));

    /// <summary>Adds the time that an encryption took. Thread-safe.</summary>
    public void Count(int microseconds) => Interlocked.Add(ref _microseconds, microseconds);

    /// <summary>Charges the message's sender for the encryptions so far: one token for each whole millisecond.</summary>
    public void Charge() => _charge?.Charge(Interlocked.Exchange(ref _microseconds, 0) / 1_000);

    /// <summary>A message to everyone.</summary>
    /// <exception cref="ArgumentException">The sender's name has more than 255 bytes.</exception>
    public static OutgoingMessage ToRoom(string sender, Message message) => Rent(FrameType.MessageOut, null, sender, message);

    /// <summary>A message to one user.</summary>
    /// <inheritdoc cref="ToRoom"/>
    public static OutgoingMessage ToUser(string sender, Message message) => Rent(FrameType.DirectOut, null, sender, message);

    /// <summary>A message to a group.</summary>
    /// <inheritdoc cref="ToRoom"/>
    public static OutgoingMessage ToGroup(string group, string sender, Message message) => Rent(FrameType.GroupOut, group, sender, message);

    /// <summary>The notice that a user has joined or left, for everyone or for a group.</summary>
    public static OutgoingMessage Presence(string alias, bool joined, string? group = null)
    {
        OutgoingMessage message = Rent();
        message._sender = alias;
        message._onlyCompact = group is not null;
        message._classicText = joined ? Joined : Left;
        byte[] json = CompactControl.Serialize(
            new CompactControl.Presence(alias, joined ? "joined" : "left", group), CompactJson.Default.Presence);
        json.CopyTo(message.Payload(FrameType.Presence, json.Length));
        return message;
    }

    /// <summary>An event, for clients with the feature <see cref="CompactControl.Calls"/>.</summary>
    /// <exception cref="ArgumentException">The name does not have 1 to 255 bytes.</exception>
    [SkipLocalsInit]
    public static OutgoingMessage Event(string name, ReadOnlySpan<byte> body)
    {
        Span<byte> head = stackalloc byte[1 + Protocol.CompactFrame.MaxNameSize];
        int size = CallName.Write(head, name);
        OutgoingMessage message = Rent();
        message._onlyCompact = message.IsEvent = true;
        Span<byte> payload = message.Payload(FrameType.Event, size + body.Length);
        head[..size].CopyTo(payload);
        body.CopyTo(payload[size..]);
        message.LimitedSize = 1 + body.Length;
        return message;
    }

    /// <summary>Several messages in this order, for compact clients only. Each is one that every client accepts, and all or none are events.</summary>
    public static OutgoingMessage Together(IReadOnlyList<OutgoingMessage> messages)
    {
        OutgoingMessage all = Rent();
        all.LimitedSize = 0;
        all.IsEvent = messages[0].IsEvent;
        all._frameSize = messages.Sum(message => message._frameSize);
        all._frame = ArrayPool<byte>.Shared.Rent(all._frameSize);
        int size = 0;
        foreach (OutgoingMessage message in messages)
        {
            message.CompactFrame.CopyTo(all._frame.AsSpan(size));
            size += message._frameSize;
        }

        return all;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_frame);
        _frame = [];
        _body = default;
        IsEvent = false;
        _classicPrefix = _classicText = null;
        _charge = null;
        _microseconds = 0;
        _spare = this;
    }

    [SkipLocalsInit]
    private static OutgoingMessage Rent(FrameType type, string? group, string sender, Message message)
    {
        ReadOnlySpan<byte> body = message.CompactBody;
        OutgoingMessage rented = Rent();
        rented._sender = sender;
        rented._body = message.Body;
        rented._charge = message.Charge;
        rented._onlyCompact = group is not null;
        Span<byte> names = stackalloc byte[Protocol.CompactFrame.ServerOverhead];
        int size = 0;
        if (group is not null)
            size = Protocol.CompactFrame.WriteName(names, group);
        size += Protocol.CompactFrame.WriteName(names[size..], sender);
        Span<byte> payload = rented.Payload(type, size + body.Length);
        names[..size].CopyTo(payload);
        body.CopyTo(payload[size..]);
        rented.LimitedSize = 1 + body.Length;
        return rented;
    }

    private static OutgoingMessage Rent()
    {
        OutgoingMessage message = _spare ?? new OutgoingMessage();
        _spare = null;
        return message;
    }

    private Span<byte> Payload(FrameType type, int size)
    {
        LimitedSize = 1 + size;
        _frameSize = Protocol.CompactFrame.HeaderSize + size;
        _frame = ArrayPool<byte>.Shared.Rent(_frameSize);
        Protocol.CompactFrame.WriteHeader(_frame, type, size);
        return _frame.AsSpan(Protocol.CompactFrame.HeaderSize, size);
    }
}
