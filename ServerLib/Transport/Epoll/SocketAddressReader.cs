using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace ServerLib.Transport;

/// <summary>Reads the IP address and the port in a Linux <c>sockaddr_in</c> or <c>sockaddr_in6</c>.</summary>
internal static class SocketAddressReader
{
    private const int IPv4 = 2;
    private const int IPv6 = 10;
    private const int IPv4Size = 16;
    private const int IPv6Size = 28;

    /// <returns>The end point, with an IPv4 address if an IPv6 address stands for one; <see langword="null"/> if it is of another kind.</returns>
    public static IPEndPoint? Read(ReadOnlySpan<byte> address)
    {
        if (address.Length < IPv4Size)
            return null;
        int port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        switch (MemoryMarshal.Read<ushort>(address))
        {
            case IPv4:
                return new IPEndPoint(new IPAddress(address[4..8]), port);
            case IPv6 when address.Length >= IPv6Size:
                var ip = new IPAddress(address[8..24], MemoryMarshal.Read<uint>(address[24..]));
                return new IPEndPoint(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip, port);
            default:
                return null;
        }
    }
}
