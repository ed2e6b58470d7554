using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ServerLib.Protocol;

namespace ServerLib.Tests.EndToEnd;

/// <summary>
/// A classic client over any stream, for tests of what a server answers. It is written from the protocol's description and shares no code
/// with the library. For tests of the library's client, use <see cref="ServerClient"/>.
/// </summary>
internal sealed class ClassicClient : IDisposable
{
    private readonly Stream _stream;
    private readonly FrameReader _frames;
    private readonly RSA _key;
    private RSA? _serverKey;

    private ClassicClient(Stream stream, ReadingStyle style, RSA key)
    {
        _stream = stream;
        _frames = new FrameReader(stream, style);
        _key = key;
    }

    /// <summary>The frame that followed <c>OK</c>.</summary>
    public string Welcome { get; private set; } = "";

    /// <summary>The server's public key, after the key exchange.</summary>
    public RSA ServerKey => _serverKey ?? throw new InvalidOperationException("No keys are exchanged yet.");

    public IPEndPoint LocalEndPoint => (IPEndPoint)Socket.LocalEndPoint!;

    /// <summary>The public key as existing clients send it: PEM with a line end.</summary>
    public string PublicKeyPem => _key.ExportSubjectPublicKeyInfoPem() + "\n";

    private Socket Socket => ((NetworkStream)_stream).Socket;

    /// <summary>Creates a client on a stream that leads to a server. The client disposes it.</summary>
    public static ClassicClient On(Stream stream) => new(stream, ReadingStyle.Patient, ClientKeys.Next());

    /// <summary>Connects. The client disposes <paramref name="key"/>.</summary>
    public static async Task<ClassicClient> ConnectAsync(
        IPEndPoint endPoint, CancellationToken token, RSA? key = null, ReadingStyle style = ReadingStyle.Patient, int receiveBuffer = 0)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (receiveBuffer > 0)
                socket.ReceiveBufferSize = receiveBuffer;
            await socket.ConnectAsync(endPoint, token);
        }
        catch
        {
            socket.Dispose();
            key?.Dispose();
            throw;
        }

        return new ClassicClient(new NetworkStream(socket, ownsSocket: true), style, key ?? ClientKeys.Next());
    }

    /// <summary>Connects, logs in and exchanges keys.</summary>
    public static async Task<ClassicClient> JoinAsync(IPEndPoint endPoint, string name, CancellationToken token, string password = "secret")
    {
        ClassicClient client = await ConnectAsync(endPoint, token);
        Assert.AreEqual("OK", await client.LoginAsync(name, password, token));
        await client.ExchangeKeysAsync(token);
        return client;
    }

    /// <summary>Makes one login attempt. After <c>OK</c> it also reads the welcome.</summary>
    public async Task<string> LoginAsync(string name, string password, CancellationToken token)
    {
        await SendLoginAsync(name, password, token);
        return await ReceiveLoginAnswerAsync(token);
    }

    /// <summary>Sends a name and a password.</summary>
    public async Task SendLoginAsync(string name, string password, CancellationToken token)
    {
        await SendRawAsync(ClassicWire.Plain(name), token);
        await SendRawAsync(ClassicWire.Plain(password), token);
    }

    public async Task<string> ReceiveLoginAnswerAsync(CancellationToken token)
    {
        string answer = await ReceivePlainAsync(token);
        if (answer is not ("OK" or "FAILURE"))
            throw new InvalidDataException($"Neither OK nor FAILURE: '{answer}'.");
        if (answer == "OK")
            Welcome = await ReceivePlainAsync(token);
        return answer;
    }

    public async Task ExchangeKeysAsync(CancellationToken token)
    {
        await SendRawAsync(ClassicWire.Plain(PublicKeyPem), token);
        await ReceiveServerKeyAsync(token);
    }

    public async Task ReceiveServerKeyAsync(CancellationToken token)
    {
        string pem = await ReceivePlainAsync(token);
        if (!pem.StartsWith("-----BEGIN PUBLIC KEY-----", StringComparison.Ordinal))
            throw new InvalidDataException($"Not a SubjectPublicKeyInfo in PEM: '{pem}'.");
        _serverKey = RSA.Create();
        _serverKey.ImportFromPem(pem);
        byte[] exponent = _serverKey.ExportParameters(includePrivateParameters: false).Exponent!;
        if (_serverKey.KeySize < 2048 || !exponent.SequenceEqual(new byte[] { 1, 0, 1 }))
            throw new InvalidDataException($"The server's key has {_serverKey.KeySize} bits, exponent {Convert.ToHexString(exponent)}.");
    }

    /// <summary>Sends <paramref name="text"/>, including its line end, in one RSA block.</summary>
    public Task SendAsync(string text, CancellationToken token) => SendRawAsync(ClassicWire.Encrypted(ServerKey, text), token);

    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes, CancellationToken token) => await _stream.WriteAsync(bytes, token);

    public async Task SendBytewiseAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        for (int i = 0; i < bytes.Length; i++)
            await SendRawAsync(bytes.Slice(i, 1), token);
    }

    /// <summary>The next text; <see langword="null"/> if the server has closed the connection.</summary>
    public async Task<string?> ReceiveOrClosedAsync(CancellationToken token)
    {
        if (await _frames.ReadEncryptedAsync(token) is not { } content)
            return null;
        byte[] ciphertext = Convert.FromBase64String(Encoding.ASCII.GetString(content));
        return ClassicWire.ReadText(_key.Decrypt(ciphertext, RSAEncryptionPadding.OaepSHA256));
    }

    public async Task<string> ReceiveAsync(CancellationToken token) =>
        await ReceiveOrClosedAsync(token) ?? throw new EndOfStreamException("The server has closed the connection.");

    /// <summary>Reads the next message without decrypting it.</summary>
    public async Task SkipAsync(CancellationToken token)
    {
        if (await _frames.ReadEncryptedAsync(token) is null)
            throw new EndOfStreamException("The server has closed the connection.");
    }

    /// <summary>Receives until <paramref name="text"/> arrives.</summary>
    /// <returns>The texts before it.</returns>
    public async Task<List<string>> ReceiveUntilAsync(string text, CancellationToken token)
    {
        var before = new List<string>();
        while (await ReceiveAsync(token) is var next && next != text)
            before.Add(next);
        return before;
    }

    /// <summary>Receives a text that arrives as several messages, each prefixed with <paramref name="prefix"/>.</summary>
    /// <param name="prefix">The sender's name, a colon and a space.</param>
    /// <param name="length">The length of the text without prefixes.</param>
    /// <param name="token">Cancels the wait.</param>
    /// <returns>The complete text.</returns>
    public async Task<string> ReceiveJoinedAsync(string prefix, int length, CancellationToken token)
    {
        var joined = new StringBuilder();
        while (joined.Length < length)
        {
            string piece = await ReceiveAsync(token);
            if (piece.Length <= prefix.Length || !piece.StartsWith(prefix, StringComparison.Ordinal))
                throw new InvalidDataException($"Not a piece of a text from '{prefix}': '{piece}'.");
            joined.Append(piece.AsSpan(prefix.Length));
        }

        return joined.ToString();
    }

    /// <summary>The next plain frame; <see langword="null"/> if the server has closed the connection.</summary>
    public async Task<string?> ReceivePlainOrClosedAsync(CancellationToken token) =>
        await _frames.ReadPlainAsync(token) is { } content ? ClassicWire.ReadText(content) : null;

    /// <summary>Half-closes the connection.</summary>
    public void FinishSending() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Close();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _key.Dispose();
        _serverKey?.Dispose();
    }

    public async Task<string> ReceivePlainAsync(CancellationToken token) =>
        await ReceivePlainOrClosedAsync(token) ?? throw new EndOfStreamException("The server has closed the connection.");
}
