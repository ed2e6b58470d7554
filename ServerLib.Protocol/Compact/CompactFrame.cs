using System.Buffers.Binary;
using System.Text;

namespace ServerLib.Protocol;

/// <summary>
/// The compact protocol's frames: the length of what follows as a big-endian <c>u32</c>, the type, the payload. Both sides use it.
/// </summary>
internal static class CompactFrame
{
    /// <summary>Length and type.</summary>
    public const int HeaderSize = 5;

    /// <summary>The largest name in a binary payload, in bytes of UTF-8.</summary>
    public const int MaxNameSize = 255;

    /// <summary>What a frame of the server's may have beyond the negotiated limit: two names in front of a body of a client's.</summary>
    public const int ServerOverhead = 2 * (1 + MaxNameSize);

    /// <summary>What the client opens with.</summary>
    public static ReadOnlySpan<byte> Preface => "SLIB/2\r\n"u8;

    /// <summary>Looks for a frame at the start of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">What has come.</param>
    /// <param name="maxSize">The largest length allowed.</param>
    /// <param name="consumed">The whole frame's size.</param>
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

    /// <summary>Writes length and type in front of a payload.</summary>
    public static void WriteHeader(Span<byte> target, FrameType type, int payloadSize)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, (uint)payloadSize + 1);
        target[sizeof(uint)] = (byte)type;
    }

    /// <summary>Writes a name, its length in front.</summary>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> has more than 255 bytes.</exception>
    public static int WriteName(Span<byte> target, string name)
    {
        int size = Encoding.UTF8.GetByteCount(name);
        if (size > MaxNameSize)
            throw new ArgumentException($"A name has at most {MaxNameSize} bytes of UTF-8.", nameof(name));
        target[0] = (byte)size;
        return 1 + Encoding.UTF8.GetBytes(name, target[1..]);
    }

    /// <summary>Splits a name off the start of a payload.</summary>
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
}
