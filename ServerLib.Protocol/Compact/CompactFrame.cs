using System.Buffers.Binary;
using System.Text;

namespace ServerLib.Protocol;

/// <summary>
/// The compact protocol's frame format, for both sides: the length of what follows as a big-endian <c>u32</c>, the type, the payload.
/// </summary>
internal static class CompactFrame
{
    /// <summary>The size of length and type, in bytes.</summary>
    public const int HeaderSize = 5;

    /// <summary>The largest name in a binary payload, in bytes of UTF-8.</summary>
    public const int MaxNameSize = 255;

    /// <summary>The largest payload of PING and PONG, in bytes.</summary>
    public const int MaxPingSize = 8;

    /// <summary>How much larger than the negotiated limit a server's frame may be: two names in front of a client's body.</summary>
    public const int ServerOverhead = 2 * (1 + MaxNameSize);

    /// <summary>The smallest limit for frames that a side may set, in bytes.</summary>
    public const int MinMaxFrame = 4 * 1024;

    /// <summary>The size of an ACK, in bytes.</summary>
    public const int AckSize = HeaderSize + sizeof(ulong);

    /// <summary>The first bytes that a client sends.</summary>
    public static ReadOnlySpan<byte> Preface => "SLIB/2\r\n"u8;

    /// <summary>Reads the frame at the start of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">The received bytes.</param>
    /// <param name="maxSize">The largest allowed length, in bytes.</param>
    /// <param name="consumed">The size of the whole frame; 0 unless it is complete.</param>
    /// <param name="type">The frame's type.</param>
    public static ReadStatus TryRead(ReadOnlySpan<byte> buffer, int maxSize, out int consumed, out FrameType type)
    {
        consumed = 0;
        type = default;
        if (buffer.Length < sizeof(uint))
            return ReadStatus.NeedMore;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(buffer);
        if (length == 0)
            return ReadStatus.Malformed;
        if (length > (uint)maxSize)
            return ReadStatus.TooLarge;
        if ((uint)buffer.Length - sizeof(uint) < length)
            return ReadStatus.NeedMore;
        consumed = sizeof(uint) + (int)length;
        type = (FrameType)buffer[sizeof(uint)];
        return ReadStatus.Complete;
    }

    /// <summary>Writes the header of a frame with a payload of <paramref name="payloadSize"/> bytes.</summary>
    public static void WriteHeader(Span<byte> target, FrameType type, int payloadSize)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, (uint)payloadSize + 1);
        target[sizeof(uint)] = (byte)type;
    }

    /// <summary>Writes a name with its length in front.</summary>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> has more than 255 bytes.</exception>
    public static int WriteName(Span<byte> target, string name)
    {
        int size = Encoding.UTF8.GetByteCount(name);
        if (size > MaxNameSize)
            throw new ArgumentException($"A name has at most {MaxNameSize} bytes of UTF-8.", nameof(name));
        target[0] = (byte)size;
        return 1 + Encoding.UTF8.GetBytes(name, target[1..]);
    }

    /// <summary>Reads the name at the start of a payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="name">The name's bytes, which need not be valid UTF-8.</param>
    /// <param name="consumed">The size of the name and its length.</param>
    /// <returns>Whether the payload contains the whole name.</returns>
    public static bool TryReadName(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> name, out int consumed)
    {
        name = default;
        consumed = 0;
        if (payload.IsEmpty || payload.Length - 1 < payload[0])
            return false;
        consumed = 1 + payload[0];
        name = payload[1..consumed];
        return true;
    }

    /// <summary>Whether a client may send this frame only after it has logged in.</summary>
    public static bool NeedsLogin(FrameType type) => type
        is (>= FrameType.Key and <= FrameType.Command)
        or FrameType.MessageIn or FrameType.DirectIn or FrameType.GroupIn or FrameType.Request or FrameType.Response
        or FrameType.Call or FrameType.Event or FrameType.Cancel
        or FrameType.Users or FrameType.Join or FrameType.Leave;

    /// <summary>Whether both sides count this frame in a session that can be resumed.</summary>
    public static bool IsCounted(FrameType type) => type
        is not (FrameType.Ping or FrameType.Pong or FrameType.Ack or FrameType.Close or FrameType.Ticket or FrameType.Resume
            or FrameType.Resumed);

    /// <summary>Writes an ACK of <see cref="AckSize"/> bytes.</summary>
    /// <param name="target">The buffer.</param>
    /// <param name="count">The number of counted frames that were handed on.</param>
    public static void WriteAck(Span<byte> target, long count)
    {
        WriteHeader(target, FrameType.Ack, sizeof(ulong));
        BinaryPrimitives.WriteInt64BigEndian(target[HeaderSize..], count);
    }

    /// <summary>Reads the payload of an ACK.</summary>
    public static bool TryReadAck(ReadOnlySpan<byte> payload, out long count)
    {
        count = 0;
        return payload.Length == sizeof(ulong) && (count = BinaryPrimitives.ReadInt64BigEndian(payload)) >= 0;
    }

    /// <summary>A frame type as ERROR names it, such as <c>0x10</c>.</summary>
    public static string Hex(FrameType type) => $"0x{(byte)type:X2}";
}
