using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ServerLib.RateLimiting;

/// <summary>
/// Addresses that begin alike: as a key, those that one person has, an IPv4 address or an IPv6 network of 64 bits, but of a link's own
/// addresses each for itself; in general, any CIDR range. IPv4 addresses that come mapped into IPv6 are IPv4. On which link an address
/// is does not count.
/// </summary>
internal readonly struct AddressBlock : IEquatable<AddressBlock>
{
    /// <summary>How much of an IPv4 address counts, by default all of it.</summary>
    public const int IPv4Prefix = 32;

    /// <summary>How much of an IPv6 address counts: what is behind it, its owner chooses.</summary>
    public const int IPv6Prefix = 64;

    /// <summary>Where in its mapped form an IPv4 address begins: inside, each is in that form.</summary>
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

    /// <summary>How many bits these addresses have in common, of 32 or 128.</summary>
    public int Prefix => IsIPv4 ? _length - Mapped : _length;

    /// <summary>Whether these are all addresses of the machine itself.</summary>
    public bool IsLoopback => IsIPv4 ? Prefix >= 8 && (byte)(_bits >> 24) == 127 : _length == 128 && _bits == Loopback;

    /// <summary>
    /// The block that an end point is in. What has no IP address is on this machine, so its loopback address stands for it.
    /// </summary>
    /// <param name="endPoint">The end point.</param>
    /// <param name="ipv4Prefix">How much of an IPv4 address counts, 0 to 32.</param>
    public static AddressBlock Of(EndPoint endPoint, int ipv4Prefix = IPv4Prefix) =>
        endPoint is IPEndPoint ip ? Of(ip.Address, ipv4Prefix) : new AddressBlock(Loopback, 128);

    /// <summary>The block that an address is in; IPv6's loopback address has no neighbours, so it is a block of itself.</summary>
    /// <param name="address">The address.</param>
    /// <param name="ipv4Prefix">How much of an IPv4 address counts, 0 to 32.</param>
    /// <param name="ipv6Prefix">
    /// How much of an IPv6 address counts, 0 to 128. Default <see cref="IPv6Prefix"/>; all of one in fe80::/10, for there all hosts of a
    /// link begin alike.
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

    /// <summary>The block of itself that an end point's address is; as in <see cref="Of(EndPoint, int)"/>.</summary>
    public static AddressBlock Exactly(EndPoint endPoint) =>
        endPoint is IPEndPoint ip ? Of(ip.Address, ipv6Prefix: 128) : new AddressBlock(Loopback, 128);

    /// <summary>Reads an address, which is a block of itself, or <c>10.0.0.0/8</c>. The bits behind the prefix have to be zero.</summary>
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

    /// <summary>Whether all of another's addresses are among these. An IPv6 range never has IPv4 addresses.</summary>
    public bool Contains(AddressBlock other) =>
        other._length >= _length && other.IsIPv4 == IsIPv4 && (other._bits & Mask(_length)) == _bits;

    /// <summary>Whether some address is among both.</summary>
    public bool Overlaps(AddressBlock other) => Contains(other) || other.Contains(this);

    /// <summary>The larger block of <paramref name="prefix"/> bits around this one.</summary>
    public AddressBlock Widen(int prefix) => new(_bits, IsIPv4 ? Mapped + prefix : prefix);

    /// <inheritdoc/>
    public bool Equals(AddressBlock other) => _bits == other._bits && _length == other._length;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AddressBlock other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_bits, _length);

    /// <returns>
    /// <c>203.0.113.0/24</c>, <c>2001:db8::/64</c>, or an address alone for a block of itself; <see cref="TryParse"/> reads it.
    /// </returns>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _bits);
        var address = new IPAddress(IsIPv4 ? bytes[12..] : bytes);
        return _length == 128 ? address.ToString() : string.Create(CultureInfo.InvariantCulture, $"{address}/{Prefix}");
    }

    /// <summary>Only what an address is usually written like: no scope, no brackets, and of IPv4 all four numbers in decimal.</summary>
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
