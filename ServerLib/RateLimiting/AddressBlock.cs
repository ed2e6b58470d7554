using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ServerLib.RateLimiting;

/// <summary>
/// A range of IP addresses with a common prefix (CIDR). As a key it stands for the addresses that one client can choose from: a single IPv4
/// address, or an IPv6 network of 64 bits. Link-local IPv6 addresses are single. IPv4 addresses mapped to IPv6 are IPv4. The scope of an
/// address does not count.
/// </summary>
internal readonly struct AddressBlock : IEquatable<AddressBlock>
{
    /// <summary>The default prefix of an IPv4 address: all of it.</summary>
    public const int IPv4Prefix = 32;

    /// <summary>The default prefix of an IPv6 address. A host can choose the other bits itself.</summary>
    public const int IPv6Prefix = 64;

    /// <summary>Where an IPv4 address begins in its form mapped to IPv6, which is how blocks store it.</summary>
    private const int Mapped = 96;

    private static readonly UInt128 MappedBits = new(0, 0xFFFF_0000_0000);
    private static readonly UInt128 Loopback = UInt128.One;

    private readonly UInt128 _bits;
    private readonly byte _length;

    private AddressBlock(UInt128 bits, int length)
    {
        _bits = bits & Mask(length);
        _length = (byte)length;
    }

    /// <summary>Whether these are IPv4 addresses.</summary>
    public bool IsIPv4 => _length >= Mapped && (_bits & Mask(Mapped)) == MappedBits;

    /// <summary>The number of bits that the addresses have in common, of 32 or 128.</summary>
    public int Prefix => IsIPv4 ? _length - Mapped : _length;

    /// <summary>Whether all of these addresses are loopback addresses.</summary>
    public bool IsLoopback => IsIPv4 ? Prefix >= 8 && (byte)(_bits >> 24) == 127 : _length == 128 && _bits == Loopback;

    /// <summary>The block of an end point. An end point without IP address is local, so it counts as loopback.</summary>
    /// <param name="endPoint">The end point.</param>
    /// <param name="ipv4Prefix">The prefix of an IPv4 address, 0 to 32.</param>
    public static AddressBlock Of(EndPoint endPoint, int ipv4Prefix = IPv4Prefix) =>
        endPoint is IPEndPoint ip ? Of(ip.Address, ipv4Prefix) : new AddressBlock(Loopback, 128);

    /// <summary>The block of an address. IPv6's loopback address is a block of its own.</summary>
    /// <param name="address">The address.</param>
    /// <param name="ipv4Prefix">The prefix of an IPv4 address, 0 to 32.</param>
    /// <param name="ipv6Prefix">
    /// The prefix of an IPv6 address, 0 to 128. Default <see cref="IPv6Prefix"/>, but 128 for link-local addresses (fe80::/10), because all
    /// hosts of a link have the same first 64 bits.
    /// </param>
    public static AddressBlock Of(IPAddress address, int ipv4Prefix = IPv4Prefix, int? ipv6Prefix = null)
    {
        UInt128 bits = BitsOf(address);
        if (bits == Loopback)
            ipv6Prefix = 128;
        if ((bits & Mask(Mapped)) == MappedBits)
            return new AddressBlock(bits, Mapped + ipv4Prefix);
        return new AddressBlock(bits, ipv6Prefix ?? (address.IsIPv6LinkLocal ? 128 : IPv6Prefix));
    }

    /// <summary>The block that contains only the address of an end point.</summary>
    public static AddressBlock Exactly(EndPoint endPoint) =>
        endPoint is IPEndPoint ip ? Of(ip.Address, ipv6Prefix: 128) : new AddressBlock(Loopback, 128);

    /// <summary>Reads a single address, or a range such as <c>10.0.0.0/8</c>. The bits after the prefix must be zero.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AddressBlock block)
    {
        block = default;
        if (text is null)
            return false;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        ReadOnlySpan<char> address = slash < 0 ? text : text.AsSpan(0, slash);
        if (!TryParseAddress(address, out UInt128 bits, out int width))
            return false;
        int prefix = width;
        ReadOnlySpan<char> digits = text.AsSpan(slash + 1);
        if (slash >= 0
            && (digits is ['0', _, ..]
                || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out prefix)
                || prefix > width))
        {
            return false;
        }

        block = new AddressBlock(bits, 128 - width + prefix);
        return block._bits == bits;
    }

    /// <summary>Whether this block contains all addresses of another one. An IPv6 range contains no IPv4 addresses.</summary>
    public bool Contains(AddressBlock other) =>
        other._length >= _length && other.IsIPv4 == IsIPv4 && (other._bits & Mask(_length)) == _bits;

    /// <summary>Whether the two blocks have addresses in common.</summary>
    public bool Overlaps(AddressBlock other) => Contains(other) || other.Contains(this);

    /// <summary>The larger block with a prefix of <paramref name="prefix"/> bits that contains this one.</summary>
    public AddressBlock Widen(int prefix) => new(_bits, IsIPv4 ? Mapped + prefix : prefix);

    /// <inheritdoc/>
    public bool Equals(AddressBlock other) => _bits == other._bits && _length == other._length;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AddressBlock other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_bits, _length);

    /// <returns>
    /// <c>203.0.113.0/24</c>, <c>2001:db8::/64</c>, or the address of a single one; <see cref="TryParse"/> reads it.
    /// </returns>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _bits);
        var address = new IPAddress(IsIPv4 ? bytes[12..] : bytes);
        return _length == 128 ? address.ToString() : string.Create(CultureInfo.InvariantCulture, $"{address}/{Prefix}");
    }

    /// <summary>Accepts only the usual form: no scope, no brackets, and four decimal numbers for IPv4.</summary>
    private static bool TryParseAddress(ReadOnlySpan<char> text, out UInt128 bits, out int width)
    {
        bits = default;
        width = 128;
        if (text.ContainsAny('[', '%') || !IPAddress.TryParse(text, out IPAddress? address))
            return false;
        bits = BitsOf(address);
        if (address.AddressFamily != AddressFamily.InterNetwork)
            return true;
        width = 32;
        return text.SequenceEqual(address.ToString());
    }

    private static UInt128 BitsOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            address.TryWriteBytes(bytes, out _);
            return BinaryPrimitives.ReadUInt128BigEndian(bytes);
        }

        address.TryWriteBytes(bytes, out _);
        return MappedBits | BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    private static UInt128 Mask(int length) => length == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - length);
}
