using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ServerLib.Transport;

/// <summary>The format of PROXY headers (haproxy, doc/proxy-protocol.txt, sections 2.1 and 2.2).</summary>
internal static class ProxyHeader
{
    /// <summary>The bytes that show which version a header has. No header is shorter.</summary>
    public const int StartSize = 12;

    /// <summary>The longest header of version 1, with its line end.</summary>
    public const int MaxLine = 107;

    /// <summary>The bytes of a header of version 2 before the addresses.</summary>
    public const int FixedSize = 16;

    /// <summary>The most bytes of addresses and extensions after <see cref="FixedSize"/>.</summary>
    public const int MaxVariable = 4096;

    private const int IPv4Size = 12;
    private const int IPv6Size = 36;

    private static ReadOnlySpan<byte> TextStart => "PROXY "u8;

    private static ReadOnlySpan<byte> BinaryStart => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Whether bytes begin with a header.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith(TextStart) || bytes.StartsWith(BinaryStart);

    /// <summary>Whether the first <see cref="StartSize"/> bytes are those of version 1.</summary>
    public static bool IsText(ReadOnlySpan<byte> start) => start.StartsWith(TextStart);

    /// <summary>Whether the first <see cref="StartSize"/> bytes are those of version 2.</summary>
    public static bool IsBinary(ReadOnlySpan<byte> start) => start.SequenceEqual(BinaryStart);

    /// <summary>Reads a header of version 1, such as <c>PROXY TCP4 192.0.2.7 192.0.2.1 5000 8080</c>.</summary>
    /// <param name="line">The header, with its line end.</param>
    /// <param name="client">The client; <see langword="null"/> if the proxy does not name one.</param>
    /// <returns>Whether it is valid.</returns>
    public static bool TryReadText(ReadOnlySpan<byte> line, out IPEndPoint? client)
    {
        client = null;
        if (!line.EndsWith("\r\n"u8))
            return false;
        string[] words = Encoding.Latin1.GetString(line[..^2]).Split(' ');
        if (words is ["PROXY", "UNKNOWN", ..])
            return true;
        AddressFamily? family = words is ["PROXY", var name, _, _, _, _] ? FamilyOf(name) : null;
        if (family is null || ReadEndPoint(words[3], words[5], family.Value) is null)
            return false;
        client = ReadEndPoint(words[2], words[4], family.Value);
        return client is not null;
    }

    /// <summary>The number of bytes that follow the fixed part of a header of version 2; <see langword="null"/> if it is malformed.</summary>
    public static int? VariableSizeOf(ReadOnlySpan<byte> fixedPart)
    {
        int size = BinaryPrimitives.ReadUInt16BigEndian(fixedPart[14..]);
        bool isKnown = fixedPart[12] is 0x20 or 0x21;
        return isKnown && size <= MaxVariable ? size : null;
    }

    /// <summary>Reads a header of version 2. Extensions are ignored.</summary>
    /// <param name="fixedPart">The first <see cref="FixedSize"/> bytes.</param>
    /// <param name="variable">The bytes that follow.</param>
    /// <param name="client">The client; <see langword="null"/> if the proxy does not name one.</param>
    /// <returns>Whether it is valid.</returns>
    public static bool TryReadBinary(ReadOnlySpan<byte> fixedPart, ReadOnlySpan<byte> variable, out IPEndPoint? client)
    {
        client = null;
        bool isLocal = fixedPart[12] == 0x20;
        (int addressSize, int size) = fixedPart[13] switch
        {
            0x11 => (4, IPv4Size),
            0x21 => (16, IPv6Size),
            _ => (0, 0),
        };

        // The proxy's own connection, such as a health check; or a kind of address that we do not know.
        if (isLocal || size == 0)
            return true;
        if (variable.Length < size)
            return false;
        client = Normalize(new IPAddress(variable[..addressSize]), BinaryPrimitives.ReadUInt16BigEndian(variable[(2 * addressSize)..]));
        return true;
    }

    private static AddressFamily? FamilyOf(string name) => name switch
    {
        "TCP4" => AddressFamily.InterNetwork,
        "TCP6" => AddressFamily.InterNetworkV6,
        _ => null,
    };

    private static IPEndPoint? ReadEndPoint(string address, string port, AddressFamily family)
    {
        if (!IPAddress.TryParse(address, out IPAddress? ip) || ip.AddressFamily != family)
            return null;

        // IPAddress.TryParse also accepts 1, 0x7f.1 and scopes.
        bool isPlain = family == AddressFamily.InterNetwork ? ip.ToString() == address : !address.AsSpan().ContainsAny("[]%");
        return isPlain && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number)
            ? Normalize(ip, number)
            : null;
    }

    /// <summary>An IPv4 address that was mapped to IPv6 is an IPv4 address, as it is for direct connections.</summary>
    private static IPEndPoint Normalize(IPAddress address, int port) => new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
}
