using System.Buffers;
using System.Buffers.Binary;

namespace ServerLib.Transport;

/// <summary>
/// Inspects a TLS client's ClientHello (RFC 8446, section 4.1.2), and the second one after a HelloRetryRequest. Rejects a key share in a finite
/// field (RFC 7919): the largest one costs the server twenty times as much as an elliptic curve, and the client nothing. Current clients send
/// a curve. <see cref="System.Net.Security.SslStream"/> has no option for the accepted groups.
/// </summary>
internal sealed class ClientHelloFilter
{
    /// <summary>The largest message that OpenSSL accepts. Clients send much less.</summary>
    private const int MaxSize = 132 * 1024;

    private const byte HandshakeRecord = 22;
    private const byte ClientHello = 1;
    private const int RecordHeaderSize = 5;
    private const int MessageHeaderSize = 4;
    private const ushort KeyShare = 51;

    private readonly ArrayBufferWriter<byte> _messages = new(2_048);
    private readonly byte[] _header = new byte[RecordHeaderSize];
    private int _headerSize;
    private int _recordLeft;
    private int _hellos;

    /// <summary>Whether the rest of the handshake needs no inspection.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Inspects the next bytes from the client.</summary>
    /// <returns>Whether they are allowed. After a rejection, end the connection.</returns>
    public bool Allows(ReadOnlySpan<byte> bytes)
    {
        while (!IsDone && !bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, _recordLeft > 0 ? _recordLeft : RecordHeaderSize - _headerSize);
            if (_recordLeft > 0)
            {
                _recordLeft -= count;
                if (_header[0] == HandshakeRecord && !AllowsMessages(bytes[..count]))
                    return false;
            }
            else
            {
                bytes[..count].CopyTo(_header.AsSpan(_headerSize));
                _headerSize += count;

                // Other records can precede the second ClientHello. The TLS library skips them.
                if (_header[0] != HandshakeRecord && _hellos == 0)
                    return false;
                if (_headerSize == RecordHeaderSize)
                    (_headerSize, _recordLeft) = (0, BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(3)));
            }

            bytes = bytes[count..];
        }

        return true;
    }

    private bool AllowsMessages(ReadOnlySpan<byte> bytes)
    {
        _messages.Write(bytes);
        while (!IsDone && _messages.WrittenCount >= MessageHeaderSize)
        {
            ReadOnlySpan<byte> messages = _messages.WrittenSpan;
            if (messages[0] != ClientHello)
            {
                IsDone = true;
                return _hellos > 0;
            }

            int length = BinaryPrimitives.ReadInt32BigEndian(messages) & 0xFFFFFF;
            if (length <= MaxSize && messages.Length < MessageHeaderSize + length)
                return true;
            bool? hasFiniteField = length <= MaxSize ? HasFiniteField(messages.Slice(MessageHeaderSize, length)) : null;
            if (hasFiniteField is null)
            {
                // After the first ClientHello, this can be encrypted data of a resumed session that looks like a ClientHello by chance
                // (RFC 5246, 7.3).
                IsDone = true;
                return _hellos > 0;
            }

            if (hasFiniteField.Value)
                return false;
            IsDone = ++_hellos == 2;
            byte[] next = messages[(MessageHeaderSize + length)..].ToArray();
            _messages.ResetWrittenCount();
            _messages.Write(next);
        }

        return true;
    }

    /// <returns>
    /// Whether a ClientHello has a key share in a finite field; <see langword="null"/> if it is malformed. The TLS library refuses it then.
    /// </returns>
    private static bool? HasFiniteField(ReadOnlySpan<byte> hello)
    {
        // Version and random. Session, ciphers and compression, each after its length.
        if (!TrySkip(ref hello, 2 + 32) || !TryTake(ref hello, 1, out _) || !TryTake(ref hello, 2, out _) || !TryTake(ref hello, 1, out _))
            return null;
        if (hello.IsEmpty)
            return false;
        if (!TryTake(ref hello, 2, out ReadOnlySpan<byte> extensions))
            return null;
        while (!extensions.IsEmpty)
        {
            if (!TryTakeNumber(ref extensions, out ushort type) || !TryTake(ref extensions, 2, out ReadOnlySpan<byte> extension))
                return null;
            if (type != KeyShare)
                continue;
            if (!TryTake(ref extension, 2, out ReadOnlySpan<byte> shares))
                return null;
            while (!shares.IsEmpty)
            {
                if (!TryTakeNumber(ref shares, out ushort group) || !TryTake(ref shares, 2, out _))
                    return null;
                if (IsFiniteField(group))
                    return true;
            }
        }

        return false;
    }

    /// <summary>Finite-field groups have code points 0x01xx (RFC 7919, section 2).</summary>
    private static bool IsFiniteField(ushort group) => group >> 8 == 1;

    private static bool TryTakeNumber(ref ReadOnlySpan<byte> from, out ushort number) =>
        BinaryPrimitives.TryReadUInt16BigEndian(from, out number) && TrySkip(ref from, 2);

    /// <summary>Takes a field that follows its length.</summary>
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
