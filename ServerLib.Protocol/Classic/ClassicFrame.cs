using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace ServerLib.Protocol;

/// <summary>
/// The classic protocol's frame format: a header of 64 bytes with the content's length, then the content. The length is in decimal digits.
/// In an encrypted frame, the digits and the content are base64.
/// </summary>
internal static class ClassicFrame
{
    public const int HeaderSize = 64;

    private const byte Pad = (byte)' ';

    /// <summary>The longest text that one RSA-OAEP-SHA256 block can carry: the key's size minus two hashes and two bytes.</summary>
    public static int MaxTextSize(int keySizeInBits) => keySizeInBits / 8 - 66;

    /// <summary>Reads the plain frame at the start of <paramref name="buffer"/>.</summary>
    public static ReadStatus TryReadPlain(ReadOnlySpan<byte> buffer, int maxSize, out int consumed, out ReadOnlySpan<byte> content) =>
        TryRead(buffer, maxSize, encoded: false, out consumed, out content);

    /// <summary>Reads the encrypted frame at the start of <paramref name="buffer"/>. <paramref name="content"/> is base64 text.</summary>
    public static ReadStatus TryReadEncrypted(ReadOnlySpan<byte> buffer, int maxSize, out int consumed, out ReadOnlySpan<byte> content) =>
        TryRead(buffer, maxSize, encoded: true, out consumed, out content);

    /// <summary>Writes a plain frame.</summary>
    public static void WritePlain(IFrameSink sink, string content)
    {
        byte[] frame = new byte[HeaderSize + Encoding.UTF8.GetByteCount(content)];
        frame.AsSpan(0, HeaderSize).Fill(Pad);
        (frame.Length - HeaderSize).TryFormat(frame, out _, provider: CultureInfo.InvariantCulture);
        Encoding.UTF8.GetBytes(content, frame.AsSpan(HeaderSize));
        sink.Write(frame);
    }

    /// <summary>Writes an encrypted frame.</summary>
    public static SendOutcome WriteEncrypted(IFrameSink sink, ReadOnlySpan<byte> ciphertext)
    {
        int length = Base64.GetMaxEncodedToUtf8Length(ciphertext.Length);
        Span<byte> frame = stackalloc byte[HeaderSize + length];
        frame[..HeaderSize].Fill(Pad);
        length.TryFormat(frame, out int digits, provider: CultureInfo.InvariantCulture);
        Base64.EncodeToUtf8InPlace(frame[..HeaderSize], digits, out _);
        Base64.EncodeToUtf8(ciphertext, frame[HeaderSize..], out _, out _);
        return sink.Write(frame);
    }

    private static ReadStatus TryRead(
        ReadOnlySpan<byte> buffer, int maxSize, bool encoded, out int consumed, out ReadOnlySpan<byte> content)
    {
        consumed = 0;
        content = default;
        if (buffer.Length < HeaderSize)
            return ReadStatus.NeedMore;
        if (!TryParseHeader(buffer[..HeaderSize], encoded, out long length))
            return ReadStatus.Malformed;
        if (length > maxSize)
            return ReadStatus.TooLarge;
        if (buffer.Length - HeaderSize < length)
            return ReadStatus.NeedMore;
        consumed = HeaderSize + (int)length;
        content = buffer[HeaderSize..consumed];
        return ReadStatus.Complete;
    }

    private static bool TryParseHeader(ReadOnlySpan<byte> header, bool encoded, out long length)
    {
        header = header.Trim(Pad);
        if (!encoded)
            return TryParseLength(header, out length);
        length = 0;
        Span<byte> digits = stackalloc byte[HeaderSize];
        return TryDecode(header, digits, out int count) && TryParseLength(digits[..count].Trim(Pad), out length);
    }

    /// <summary>Decodes base64, with or without padding.</summary>
    private static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> decoded, out int count)
    {
        Span<byte> padded = stackalloc byte[HeaderSize + 3];
        text.CopyTo(padded);
        int length = text.Length;
        while (length % 4 != 0)
            padded[length++] = (byte)'=';
        return Base64.DecodeFromUtf8(padded[..length], decoded, out _, out count) == System.Buffers.OperationStatus.Done;
    }

    private static bool TryParseLength(ReadOnlySpan<byte> digits, out long length)
    {
        length = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;

            // Avoids an overflow. The result is over every limit.
            length = Math.Min(length * 10 + (digit - '0'), int.MaxValue);
        }

        return digits.Length > 0;
    }
}
