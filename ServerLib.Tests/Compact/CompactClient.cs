using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using ServerLib.Protocol;

namespace ServerLib.Tests.Compact;

/// <summary>
/// A compact client over any stream, for tests of what a server answers. It is written from the protocol's description and shares no code
/// with the library. For tests of the library's client, use <see cref="ServerClient"/>.
/// </summary>
internal sealed class CompactClient : IDisposable
{
    private static readonly byte[] Preface = "SLIB/2\r\n"u8.ToArray();

    private readonly Stream _stream;
    private readonly Task _running;
    private readonly CancellationToken _guard = Guard.NewToken();

    private CompactClient(Stream stream, Task? running = null) => (_stream, _running) = (stream, running ?? Task.CompletedTask);

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

    /// <summary>Creates a client on a stream that leads to a server. The client disposes it.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="running">Completes when the server has released what it held for the connection. Default: at once.</param>
    public static CompactClient On(Stream stream, Task? running = null) => new(stream, running);

    /// <summary>Says that nothing more follows, and keeps reading. Only on a socket.</summary>
    public void FinishSending() => ((NetworkStream)_stream).Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Sends the preface, and reads HELLO.</summary>
    public async Task<RawFrame> HelloAsync()
    {
        await SendRawAsync(Preface);
        RawFrame hello = await ReceiveAsync(FrameType.Hello);
        Nonce = Convert.FromBase64String((string)hello.Json["nonce"]!);
        return hello;
    }

    /// <summary>Connects and logs in; HELLO, RESULT and WELCOME are read.</summary>
    public static async Task<CompactClient> JoinAsync(IPEndPoint endPoint, string name, string password = "secret")
    {
        CompactClient client = await ConnectAsync(endPoint);
        await client.CompleteLoginAsync(name, password);
        return client;
    }

    /// <summary>Connects over TLS and logs in.</summary>
    public static async Task<CompactClient> JoinTlsAsync(IPEndPoint endPoint, string name)
    {
        CompactClient client = await ConnectTlsAsync(endPoint);
        await client.CompleteLoginAsync(name, "secret");
        return client;
    }

    /// <summary>Sends the preface, and tries to log in.</summary>
    /// <returns>The answer: RESULT or CLOSE; <see langword="null"/> if the server has closed the connection without one.</returns>
    public async Task<RawFrame?> LogInAsync(string name, string password = "secret")
    {
        await TrySendRawAsync(Preface);
        return await ReceiveOrClosedAsync() is { Type: FrameType.Hello } ? await TryAgainAsync(name, password) : null;
    }

    /// <summary>Sends the preface and LOGIN.</summary>
    public Task SendLoginAsync(string name, string password = "secret") =>
        SendRawAsync((byte[])[.. Preface, .. RawFrame.Login(name, password).ToBytes()]);

    /// <summary>Tries to log in after a failed attempt.</summary>
    public async Task<RawFrame?> TryAgainAsync(string name, string password = "secret")
    {
        await TrySendRawAsync(RawFrame.Login(name, password).ToBytes());
        return await ReceiveOrClosedAsync();
    }

    /// <summary>Logs in, and waits until the connection is on the ledger.</summary>
    public async Task JoinAsync(string name, string password = "secret")
    {
        Assert.AreEqual("ok", (string?)(await LogInAsync(name, password))!.Json["code"]);
        await SettleAsync();
    }

    /// <summary>Closes the connection, and waits until the server has released what it held for it.</summary>
    public async Task LeaveAsync()
    {
        Dispose();
        await _running.WaitAsync(_guard);
    }

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

    /// <summary>The last frame before the server closes; <see langword="null"/> if there is none.</summary>
    public async Task<RawFrame?> ReceiveLastAsync()
    {
        RawFrame? last = null;
        while (await ReceiveOrClosedAsync() is { } frame)
            last = frame;
        return last;
    }

    /// <summary>The next frames.</summary>
    public async Task<List<RawFrame>> ReceiveFramesAsync(int count)
    {
        var frames = new List<RawFrame>();
        while (frames.Count < count)
            frames.Add(await ReceiveAsync());
        return frames;
    }

    /// <summary>All that comes until the server closes.</summary>
    public Task ReadToEndAsync(Stream target) => _stream.CopyToAsync(target, _guard);

    public void Dispose() => _stream.Dispose();

    private async Task CompleteLoginAsync(string name, string password)
    {
        await SendLoginAsync(name, password);
        Assert.AreEqual(FrameType.Hello, (await ReceiveAsync()).Type);
        RawFrame result = await ReceiveAsync();
        Assert.AreEqual("ok", (string?)result.Json["code"]);
        Assert.AreEqual(name, (string?)(await ReceiveAsync(FrameType.Welcome)).Json["alias"]);
    }

    /// <summary>Sends, unless the server has closed the connection.</summary>
    private async Task TrySendRawAsync(byte[] bytes)
    {
        try
        {
            await SendRawAsync(bytes);
        }
        catch (IOException)
        {
            // What the server has sent before can still be read.
        }
    }
}
