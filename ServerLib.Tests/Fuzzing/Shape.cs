using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Fuzzing;

/// <summary>The structure of a target's inputs, so that an edit can change one part and keep the rest well-formed.</summary>
/// <param name="FirstPart">Returns the length of the first part, 1 or more.</param>
/// <param name="Distort">Changes a part where it matters: its length, its type, its content.</param>
internal sealed record Shape(Func<ReadOnlySpan<byte>, int> FirstPart, Func<byte[], uint, uint, byte[]> Distort)
{
    private static readonly uint[] Lengths =
        [0, 1, 2, 5, 8, 9, 0x7F, 0x80, 0xFF, 0x100, 0xFFF, 0x1000, 0x1001, 0xFFFF, 0x10000, 0x10001, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF];
    private static readonly int[] Sizes = [0, 1, 3, 4, 5, 8, 9, 255, 256, 257, 4_090, 4_091, 4_092, 4_095, 4_096, 4_097];

    private static readonly string[] Json =
    [
        "", "{}", "null", "[]", "{", "7", "\"\"", "{\"group\":null}", "{\"group\":\"\"}", "{\"group\":\"chess\"}", "{\"group\":\"\\ud800\"}",
        "{\"group\":\"\\u0000\\u001b[2J\"}", "{\"group\":7}", "{\"group\":\"a\",\"group\":\"b\"}", "{\"alias\":\"alice\"}", "{\"alias\":null}",
        "{\"alias\":\"\\udc00\\ud800\"}", "{\"\\ud800\":1}", "{\"a\":[[[[[[[[[[[[]]]]]]]]]]]]}", "{\"publicKey\":\"-----BEGIN PUBLIC KEY-----\"}",
        "{\"mechanism\":\"PLAIN\",\"username\":\"alice\",\"password\":\"secret\"}", "{\"mechanism\":\"PLAIN\",\"username\":null,\"password\":\"\"}",
        "{\"mechanism\":\"KEY\",\"username\":\"alice\"}", "{\"code\":\"busy\",\"text\":null,\"retryAfterMs\":-9223372036854775808}",
        "{\"code\":\"ok\",\"retryAfterMs\":1e999}", "{\"maxFrame\":1}", "{\"maxFrame\":-2147483648}", "{\"maxFrame\":2147483647,\"nonce\":\"\"}",
        "{\"users\":[null,\"\",7],\"total\":-1}", "{\"users\":[null]}", "{\"alias\":null,\"event\":null}", "\uFEFF{}", "{} ", "{}{}", "{\"group\":\"" + "é\"}",
    ];

    private static readonly string[] Digits =
        ["", "0", "00", "1", "4096", "4097", "65536", "65537", "2147483647", "2147483648", "99999999999999999999", "-1", "+1", "1e3", "0x10", "5 5", "٣", "1\0"];

    public static Shape Bytes { get; } = new(
        static bytes => Math.Min(16, bytes.Length), static (part, _, value) => [.. part, .. BitConverter.GetBytes(value)]);

    public static Shape Compact { get; } = new(CompactPart, DistortCompact);

    public static Shape Classic { get; } = new(ClassicPart, DistortClassic);

    public static Shape Tls { get; } = new(TlsPart, DistortTls);

    public static Shape Lines { get; } = new(static bytes => bytes.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : bytes.Length, DistortLine);

    /// <summary>The pages of a database file.</summary>
    public static Shape Pages { get; } = new(static bytes => Math.Min(8_192, bytes.Length), DistortPage);

    public List<byte[]> Split(ReadOnlySpan<byte> bytes)
    {
        var parts = new List<byte[]>();
        while (!bytes.IsEmpty)
        {
            int length = FirstPart(bytes);
            parts.Add(bytes[..length].ToArray());
            bytes = bytes[length..];
        }

        return parts;
    }

    private static int CompactPart(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("SLIB/2\r\n"u8))
            return 8;
        if (bytes.Length < 5)
            return bytes.Length;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return length >= 1 && length <= bytes.Length - 4 ? 4 + (int)length : bytes.Length;
    }

    private static byte[] DistortCompact(byte[] part, uint what, uint value)
    {
        byte[] bytes = [.. part];
        if (bytes.Length < 5)
            return [.. bytes, (byte)value];
        switch (what % 5)
        {
            case 0:
                BinaryPrimitives.WriteUInt32BigEndian(bytes, Lengths[value % Lengths.Length]);
                return bytes;
            case 1:
                bytes[4] = (byte)value;
                return bytes;
            case 2:
                return Frame(bytes[4], Encoding.UTF8.GetBytes(Json[value % Json.Length]));
            case 3:
                return Frame(bytes[4], [.. bytes[5..].Concat(new byte[Sizes.Max()]).Take(Sizes[value % Sizes.Length])]);
            default:
                bytes[Math.Min(5, bytes.Length - 1)] = (byte)value;
                return bytes;
        }

        static byte[] Frame(byte type, byte[] payload) => new Compact.RawFrame((ServerLib.Protocol.FrameType)type, payload).ToBytes();
    }

    private static int ClassicPart(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 64)
            return bytes.Length;
        string text = Encoding.Latin1.GetString(bytes[..64]).Trim();
        byte[] decoded = new byte[64];
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            && (!Convert.TryFromBase64String(text, decoded, out int count)
                || !int.TryParse(decoded.AsSpan(0, count), NumberStyles.None, CultureInfo.InvariantCulture, out length)))
        {
            return 64;
        }

        return Math.Min(64L + length, bytes.Length) is var size && length <= bytes.Length - 64 ? (int)size : 64;
    }

    private static byte[] DistortClassic(byte[] part, uint what, uint value)
    {
        byte[] content = part.Length > 64 ? part[64..] : [];
        byte[] digits = Encoding.UTF8.GetBytes(Digits[value % Digits.Length]);
        return (what % 5) switch
        {
            0 => [.. Header(digits), .. content],
            1 => [.. Header(Encoding.ASCII.GetBytes(Convert.ToBase64String(digits))), .. content],
            2 => EndToEnd.ClassicWire.Plain(content),
            3 => EndToEnd.ClassicWire.Sealed(Encoding.Latin1.GetString(content).PadRight((int)(value % 1_200), '=')),
            _ => EndToEnd.ClassicWire.Plain([.. content.Concat(new byte[Sizes.Max()]).Take(Sizes[value % Sizes.Length])]),
        };

        static byte[] Header(byte[] text) => [.. text.Concat(Enumerable.Repeat((byte)' ', 64)).Take(64)];
    }

    private static int TlsPart(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 5)
            return bytes.Length;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
        return length <= bytes.Length - 5 ? 5 + length : bytes.Length;
    }

    private static byte[] DistortTls(byte[] part, uint what, uint value)
    {
        byte[] bytes = [.. part];
        if (bytes.Length < 10)
            return [.. bytes, (byte)value];
        switch (what % 5)
        {
            case 0:
                bytes[0] = (byte)(0x14 + value % 6);
                return bytes;
            case 1:
                bytes[2] = (byte)(value % 6);
                return bytes;
            case 2:
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(3), (ushort)Lengths[value % Lengths.Length]);
                return bytes;
            case 3:
                bytes[5] = (byte)(value % 25);
                return bytes;
            default:
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(7), (ushort)Lengths[value % Lengths.Length]);
                return bytes;
        }
    }

    private static byte[] DistortLine(byte[] part, uint what, uint value) => (what % 4) switch
    {
        0 => [.. part.Reverse()],
        1 => [.. part[..(int)(value % (part.Length + 1))], .. "\r\n"u8],
        2 =>
        [
            .. part[..(int)(value % (part.Length + 1))],
            .. Encoding.UTF8.GetBytes(Json[value % Json.Length]),
            .. part[(int)(value % (part.Length + 1))..],
        ],
        _ => [.. "-----BEGIN "u8, .. part],
    };

    private static byte[] DistortPage(byte[] part, uint what, uint value)
    {
        // A page header has the page's number, its type, the numbers of its neighbors and fill information; a collection page also has a name.
        byte[] bytes = [.. part];
        int at = (int)(what % Math.Max(1, Math.Min(what % 3 == 0 ? 200 : 32, bytes.Length - 3)));
        if (bytes.Length < 8)
            return [];
        if (what % 2 == 0)
            bytes[at] = (byte)value;
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value % 3 == 0 ? Lengths[value % Lengths.Length] : value % 8);
        return bytes;
    }
}
