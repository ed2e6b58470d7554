using System.Buffers;
using System.Buffers.Binary;

namespace ServerLib.Transport;

/// <summary>
/// Reads a TLS client's first message (RFC 8446, section 4.1.2) on its way, and stops one that would have a key exchange in a finite field
/// (RFC 7919). With the largest of them a handshake costs the server twenty times as much as with a curve, and the client nothing. Every
/// client of today offers a curve first; which groups the system's TLS takes can't be said to <see cref="System.Net.Security.SslStream"/>.
/// </summary>
internal sealed class ClientHelloCheck
{
    /// <summary>More than any client says: what OpenSSL takes, and its record headers.</summary>
    private const int MaxSize = 132 * 1024;

    private const byte HandshakeRecord = 22;
    private const byte ClientHello = 1;
    private const int RecordHeaderSize = 5;
    private const int MessageHeaderSize = 4;
    private const ushort SupportedGroups = 10;
    private const ushort KeyShare = 51;

    private readonly ArrayBufferWriter<byte> _message = new(2_048);
    private readonly byte[] _header = new byte[RecordHeaderSize];
    private int _headerSize;
    private int _recordLeft;

    /// <summary>Whether the message was seen whole.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Takes bytes of the client's as they come.</summary>
    /// <returns>Whether they may go on; once they may not, none may.</returns>
    public bool Allows(ReadOnlySpan<byte> bytes)
    {
        while (!IsDone && !bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, _recordLeft > 0 ? _recordLeft : RecordHeaderSize - _headerSize);
            if (_recordLeft > 0)
            {
                _message.Write(bytes[..count]);
                _recordLeft -= count;
                if (!IsFine(_message.WrittenSpan))
                    return false;
            }
            else
            {
                bytes[..count].CopyTo(_header.AsSpan(_headerSize));
                _headerSize += count;
                if (_header[0] != HandshakeRecord)
                    return false;
                if (_headerSize == RecordHeaderSize)
                    (_headerSize, _recordLeft) = (0, BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(3)));
            }

            bytes = bytes[count..];
        }

        return true;
    }

    private bool IsFine(ReadOnlySpan<byte> message)
    {
        if (message[0] != ClientHello || message.Length > MaxSize)
            return false;
        if (message.Length < MessageHeaderSize)
            return true;
        int length = BinaryPrimitives.ReadInt32BigEndian(message) & 0xFFFFFF;
        if (message.Length < MessageHeaderSize + length)
            return true;
        IsDone = true;
        return OffersACurveFirst(message.Slice(MessageHeaderSize, length));
    }

    /// <summary>What is malformed does not: the system's TLS would refuse it as well.</summary>
    private static bool OffersACurveFirst(ReadOnlySpan<byte> hello)
    {
        // Version and random; session, ciphers and compression, each behind its length.
        if (!TrySkip(ref hello, 2 + 32) || !TryTake(ref hello, 1, out _) || !TryTake(ref hello, 2, out _) || !TryTake(ref hello, 1, out _))
            return false;
        if (hello.IsEmpty)
            return true;
        if (!TryTake(ref hello, 2, out ReadOnlySpan<byte> extensions))
            return false;
        while (!extensions.IsEmpty)
        {
            if (!TryTakeGroup(ref extensions, out ushort type) || !TryTake(ref extensions, 2, out ReadOnlySpan<byte> extension))
                return false;
            bool isFine = type switch
            {
                SupportedGroups => TryTake(ref extension, 2, out ReadOnlySpan<byte> groups)
                    && TryTakeGroup(ref groups, out ushort first) && !IsFiniteField(first),
                KeyShare => TryTake(ref extension, 2, out ReadOnlySpan<byte> shares) && AreCurves(shares),
                _ => true,
            };
            if (!isFine)
                return false;
        }

        return true;
    }

    private static bool AreCurves(ReadOnlySpan<byte> shares)
    {
        while (!shares.IsEmpty)
        {
            if (!TryTakeGroup(ref shares, out ushort group) || !TryTake(ref shares, 2, out _) || IsFiniteField(group))
                return false;
        }

        return true;
    }

    /// <summary>RFC 7919, section 2: the code points 01.</summary>
    private static bool IsFiniteField(ushort group) => group >> 8 == 1;

    private static bool TryTakeGroup(ref ReadOnlySpan<byte> from, out ushort group) =>
        BinaryPrimitives.TryReadUInt16BigEndian(from, out group) && TrySkip(ref from, 2);

    /// <summary>Takes what is behind its length, which has so many bytes.</summary>
    private static bool TryTake(ref ReadOnlySpan<byte> from, int sizeOfLength, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (from.Length < sizeOfLength)
            return false;
        int length = sizeOfLength == 1 ? from[0] : BinaryPrimitives.ReadUInt16BigEndian(from);
        if (from.Length < sizeOfLength + length)
            return false;
        taken = from.Slice(sizeOfLength, length);
        return TrySkip(ref from, sizeOfLength + length);
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> from, int count)
    {
        if (from.Length < count)
            return false;
        from = from[count..];
        return true;
    }
}
