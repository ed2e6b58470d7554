using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace ServerLib.Tests.Transport;

/// <summary>PROXY headers, as a proxy sends them.</summary>
internal static class ProxyHeaders
{
    public static byte[] Text(string client, int port = 5000) =>
        Encoding.ASCII.GetBytes($"PROXY {(client.Contains(':') ? "TCP6" : "TCP4")} {client} {client} {port} 8080\r\n");

    public static byte[] Binary(string client, int port = 5000, byte command = 0x21, byte[]? extensions = null)
    {
        byte[] address = IPAddress.Parse(client).GetAddressBytes();
        byte[] ports = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(ports, (ushort)port);
        byte[] variable = [.. address, .. address, .. ports, .. extensions ?? []];
        byte[] size = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)variable.Length);
        return [.. "\r\n\r\n\0\r\nQUIT\n"u8, command, address.Length == 4 ? (byte)0x11 : (byte)0x21, .. size, .. variable];
    }
}
