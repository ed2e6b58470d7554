using System.IO.Pipelines;
using System.Net;
using System.Text;
using ServerLib.Testing;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class ProxyHeaderReaderTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow("203.0.113.7", "203.0.113.7:5000")]
    [DataRow("2001:db8::7", "[2001:db8::7]:5000")]
    [DataRow("::ffff:203.0.113.7", "203.0.113.7:5000")]
    public async Task The_client_is_read_from_both_versions(string client, string expected)
    {
        byte[][] headers =
        [
            ProxyHeaders.Text(client), ProxyHeaders.Binary(client), ProxyHeaders.Binary(client, extensions: new byte[300]),
        ];
        foreach (byte[] header in headers)
        {
            foreach (int piece in (int[])[1, 7, header.Length])
                Assert.AreEqual((ProxyHeaderStatus.Read, IPEndPoint.Parse(expected)), await ReadAsync(header, piece));
        }
    }

    [TestMethod]
    public async Task A_header_that_names_no_client_is_valid()
    {
        byte[] unix = ProxyHeaders.Binary("203.0.113.7");
        unix[13] = 0x31;
        byte[][] headers =
        [
            "PROXY UNKNOWN\r\n"u8.ToArray(), "PROXY UNKNOWN whatever follows\r\n"u8.ToArray(),
            ProxyHeaders.Binary("203.0.113.7", command: 0x20), unix, [.. "\r\n\r\n\0\r\nQUIT\n "u8, 0, 0, 0],
        ];
        foreach (byte[] header in headers)
            Assert.AreEqual((ProxyHeaderStatus.Read, null), await ReadAsync(header));
    }

    [TestMethod]
    [DataRow("PROXY TCP4 203.0.113.7 192.0.2.1 5000\r\n")]
    [DataRow("PROXY TCP4 203.0.113.7 192.0.2.1 5000 8080 1\r\n")]
    [DataRow("PROXY TCP4 203.0.113.7 192.0.2.1 5000 65536\r\n")]
    [DataRow("PROXY TCP4 203.0.113.7 192.0.2.1 -1 8080\r\n")]
    [DataRow("PROXY TCP4  203.0.113.7 192.0.2.1 5000 8080\r\n")]
    [DataRow("PROXY TCP4 203.0.113.7 192.0.2.1 5000 8080\n")]
    [DataRow("PROXY TCP4 203.0.113 192.0.2.1 5000 8080\r\n")]
    [DataRow("PROXY TCP4 0x7f.1 192.0.2.1 5000 8080\r\n")]
    [DataRow("PROXY TCP4 2001:db8::7 2001:db8::1 5000 8080\r\n")]
    [DataRow("PROXY TCP6 203.0.113.7 192.0.2.1 5000 8080\r\n")]
    [DataRow("PROXY TCP6 [2001:db8::7]:1 2001:db8::1 5000 8080\r\n")]
    [DataRow("PROXY TCP6 fe80::1%eth0 fe80::2 5000 8080\r\n")]
    [DataRow("PROXY UDP4 203.0.113.7 192.0.2.1 5000 8080\r\n")]
    [DataRow("proxy TCP4 203.0.113.7 192.0.2.1 5000 8080\r\n")]
    [DataRow("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    public async Task A_malformed_text_header_is_refused(string header) =>
        Assert.AreEqual((ProxyHeaderStatus.Malformed, null), await ReadAsync(Encoding.Latin1.GetBytes(header)));

    [TestMethod]
    public async Task A_text_header_without_end_is_refused_at_its_longest_length() =>
        Assert.AreEqual((ProxyHeaderStatus.Malformed, null), await ReadAsync([.. "PROXY UNKNOWN "u8, .. Enumerable.Repeat((byte)'x', 200)]));

    [TestMethod]
    [DataRow(12, (byte)0x11)]
    [DataRow(12, (byte)0x22)]
    [DataRow(14, (byte)0xff)]
    [DataRow(15, (byte)11)]
    [DataRow(11, (byte)'x')]
    public async Task A_malformed_binary_header_is_refused(int index, byte value)
    {
        byte[] header = ProxyHeaders.Binary("203.0.113.7");
        header[index] = value;

        Assert.AreEqual((ProxyHeaderStatus.Malformed, null), await ReadAsync(header));
    }

    [TestMethod]
    public async Task A_connection_that_ends_within_its_header_has_ended()
    {
        foreach (byte[] header in (byte[][])[ProxyHeaders.Text("203.0.113.7"), ProxyHeaders.Binary("203.0.113.7")])
        {
            for (int length = 0; length < header.Length; length++)
            {
                (PipeConnection connection, IDuplexPipe proxy) = Connect();
                await proxy.Output.WriteAsync(header.AsMemory(0, length), _guard);
                await proxy.Output.CompleteAsync();
                Assert.AreEqual((ProxyHeaderStatus.Ended, null), await ProxyHeaderReader.ReadAsync(connection, _guard));
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>Sends a header in pieces, and checks that what follows it is left.</summary>
    private async Task<(ProxyHeaderStatus Status, IPEndPoint? Client)> ReadAsync(byte[] header, int piece = int.MaxValue)
    {
        (PipeConnection connection, IDuplexPipe proxy) = Connect();
        await using PipeConnection disposed = connection;
        Task<(ProxyHeaderStatus Status, IPEndPoint? Client)> reading = ProxyHeaderReader.ReadAsync(connection, _guard).AsTask();
        byte[] bytes = [.. header, .. "SLIB/2\r\n"u8];
        for (int at = 0; at < bytes.Length; at += Math.Min(piece, bytes.Length - at))
            await proxy.Output.WriteAsync(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)), _guard);

        (ProxyHeaderStatus Status, IPEndPoint? Client) result = await reading;
        if (result.Status == ProxyHeaderStatus.Read)
        {
            byte[] rest = new byte[100];
            await connection.WaitToReadAsync(_guard);
            Assert.IsTrue(connection.TryRead(rest, out int count));
            Assert.AreEqual("SLIB/2\r\n", Encoding.ASCII.GetString(rest, 0, count));
        }

        return result;
    }

    private static (PipeConnection Connection, IDuplexPipe Proxy) Connect()
    {
        var pipes = new PipePair();
        return (new PipeConnection(pipes.Server, new IPEndPoint(IPAddress.Loopback, 1)), pipes.Client);
    }
}
