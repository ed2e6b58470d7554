using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using ServerLib.Protocol;

namespace ServerLib.Tests.Compact;

/// <summary>A compact client. It knows the wire and nothing of the library.</summary>
internal sealed class CompactClient : IDisposable
{
    private readonly Stream _stream;
    private readonly CancellationToken _guard = Guard.NewToken();

    private CompactClient(Stream stream) => _stream = stream;

    /// <summary>The nonce of HELLO, where that was read by <see cref="HelloAsync"/>.</summary>
    public byte[] Nonce { get; private set; } = [];

    /// <summary>The hash of the certificate that the server has shown; empty without TLS.</summary>
    public byte[] CertificateHash => _stream is SslStream tls ? SHA256.HashData(tls.RemoteCertificate!.GetRawCertData()) : [];

    public static async Task<CompactClient> ConnectAsync(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint);
        return new CompactClient(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>Connects over TLS.</summary>
    public static async Task<CompactClient> ConnectTlsAsync(IPEndPoint endPoint) => On(await TlsPeer.ConnectAsync(endPoint, Guard.NewToken()));

    /// <summary>A client on whatever leads to a server; disposes it in the end.</summary>
    public static CompactClient On(Stream stream) => new(stream);

    /// <summary>Sends the preface, and reads HELLO.</summary>
    public async Task<RawFrame> HelloAsync()
    {
        await SendRawAsync("SLIB/2\r\n"u8.ToArray());
        RawFrame hello = await ReceiveAsync(FrameType.Hello);
        Nonce = Convert.FromBase64String((string)hello.Json["nonce"]!);
        return hello;
    }

    /// <summary>Connects and logs in; HELLO, RESULT and WELCOME are read.</summary>
    public static async Task<CompactClient> JoinAsync(IPEndPoint endPoint, string name, string password = "secret")
    {
        return await (await ConnectAsync(endPoint)).JoinAsync(name, password);
    }

    /// <summary>Connects over TLS and logs in.</summary>
    public static async Task<CompactClient> JoinTlsAsync(IPEndPoint endPoint, string name) =>
        await (await ConnectTlsAsync(endPoint)).JoinAsync(name, "secret");

    /// <summary>Waits until the server has answered: the connection is on the ledger then, and what was sent before is handled.</summary>
    public async Task SettleAsync()
    {
        await SendAsync(new RawFrame(FrameType.Ping, []));
        await ReceiveAsync(FrameType.Pong);
    }

    public Task SendAsync(params RawFrame[] frames) => SendRawAsync((byte[])[.. frames.SelectMany(frame => frame.ToBytes())]);

    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes, _guard);

    /// <summary>The next frame; <see langword="null"/> when the server has closed.</summary>
    public async Task<RawFrame?> ReceiveOrClosedAsync()
    {
        byte[] header = new byte[4];
        try
        {
            if (await _stream.ReadAtLeastAsync(header, 4, throwOnEndOfStream: false, _guard) < 4)
                return null;
            byte[] rest = new byte[BinaryPrimitives.ReadUInt32BigEndian(header)];
            await _stream.ReadExactlyAsync(rest, _guard);
            return new RawFrame((FrameType)rest[0], rest[1..]);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return null;
        }
    }

    public async Task<RawFrame> ReceiveAsync() =>
        await ReceiveOrClosedAsync() ?? throw new EndOfStreamException("The server has closed the connection.");

    /// <summary>The next frame of a type; those before it are skipped.</summary>
    public async Task<RawFrame> ReceiveAsync(FrameType type)
    {
        while (true)
        {
            RawFrame frame = await ReceiveAsync();
            if (frame.Type == type)
                return frame;
        }
    }

    /// <summary>The next message, as <c>sender: text</c>.</summary>
    public async Task<string> ReceiveMessageAsync() => string.Join(": ", (await ReceiveAsync(FrameType.MessageOut)).Parts(1));

    /// <summary>A CLOSE frame and nothing after it.</summary>
    /// <returns>Its code.</returns>
    public async Task<string?> ReceiveCloseAsync()
    {
        string? code = (string?)(await ReceiveAsync(FrameType.Close)).Json["code"];
        Assert.IsNull(await ReceiveOrClosedAsync());
        return code;
    }

    /// <summary>All that comes until the server closes.</summary>
    public Task ReadToEndAsync(Stream target) => _stream.CopyToAsync(target, _guard);

    public void Dispose() => _stream.Dispose();

    private async Task<CompactClient> JoinAsync(string name, string password)
    {
        await SendRawAsync((byte[])[.. "SLIB/2\r\n"u8, .. RawFrame.Login(name, password).ToBytes()]);
        Assert.AreEqual(FrameType.Hello, (await ReceiveAsync()).Type);
        RawFrame result = await ReceiveAsync();
        Assert.AreEqual("ok", (string?)result.Json["code"]);
        Assert.AreEqual(name, (string?)(await ReceiveAsync(FrameType.Welcome)).Json["alias"]);
        return this;
    }
}
