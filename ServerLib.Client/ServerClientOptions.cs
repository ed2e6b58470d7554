using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ServerLib.Clients;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>Where a <see cref="ServerClient"/> connects to, as whom, and its limits. Not to be changed once it connects.</summary>
public sealed class ServerClientOptions
{
    /// <summary>The server's name or IP address. Default <c>127.0.0.1</c>.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>The server's TCP port, 1 to 65535. Default 8080.</summary>
    public int Port { get; set; } = 8080;

    /// <summary>The server's address and port, instead of <see cref="Host"/> and <see cref="Port"/>. Default none.</summary>
    public IPEndPoint? EndPoint { get; set; }

    /// <summary>The user's name.</summary>
    public string UserName { get; set; } = "";

    /// <summary>The user's password; needed where there is no <see cref="PrivateKey"/>. No message or log ever holds it.</summary>
    public string Password { get; set; } = "";

    /// <summary>
    /// The code of an invitation, where the server asks for one of whoever registers. No message or log ever holds it. Default none; the
    /// classic protocol can't give it.
    /// </summary>
    public string? Invitation { get; set; }

    /// <summary>
    /// The RSA private key, 2048 to 8192 bits, with which to log in instead of <see cref="Password"/>, which is not used then; not
    /// disposed. The account has to have the key already; it is used over TLS, or to this machine, only. Default none.
    /// </summary>
    public RSA? PrivateKey { get; set; }

    /// <summary>What to speak. Default <see cref="ClientProtocol.Compact"/>.</summary>
    public ClientProtocol Protocol { get; set; }

    /// <summary>Whether to use TLS, and what makes a server the right one. Default <see cref="TlsMode.None"/>.</summary>
    public TlsMode Tls { get; set; }

    /// <summary>
    /// The SHA-256 fingerprint that the server's certificate must have, for <see cref="TlsMode.Pinned"/>: hex in either case, with or
    /// without colons. With any other <see cref="Tls"/> it is refused, since nothing would look at it. Default none.
    /// </summary>
    public string? Fingerprint { get; set; }

    /// <summary>
    /// Says whether a server is the right one, for <see cref="TlsMode.Ask"/>. Called after the handshake, before anything is said to
    /// the server; <see cref="ConnectTimeout"/> stands still meanwhile. With any other <see cref="Tls"/> it is refused, since nobody would
    /// be asked. Default none.
    /// </summary>
    public Func<ServerIdentity, CancellationToken, ValueTask<bool>>? TrustServer { get; set; }

    /// <summary>
    /// The certificate, with its private key, that the server is shown if it asks for one; not disposed. With <see cref="TlsMode.None"/> it
    /// is refused. A server that requires one and doesn't take this one, or is shown none, ends the connection: the code is then
    /// <c>certificate-refused</c>. Default none.
    /// </summary>
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>The time to connect and log in, more than zero. Default 30 seconds.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for the server's answer unless the call says otherwise, more than zero. Default 30 seconds.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After how much silence the server is pinged; when as much time again brings nothing, the connection counts as lost. Default 60
    /// seconds; zero never asks. (The classic protocol has no ping: there TCP's own probes have to do.)
    /// </summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether to come back by itself when the connection is lost, and join the same groups again. Default <see langword="false"/>.
    /// </summary>
    public bool Reconnect { get; set; }

    /// <summary>
    /// The longest wait before the first attempt to come back; it doubles with each further one. The wait is a random part of that,
    /// after what the server asked for. Default 1 second.
    /// </summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Where <see cref="ReconnectDelay"/> stops doubling. Default 60 seconds.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The largest frame to accept, whatever the server allows, in bytes, 4 KiB to 16 MiB. Default 16 MiB.</summary>
    public int MaxFrame { get; set; } = MaxMaxFrame;

    /// <summary>
    /// How many answers may be waited for at once, in each direction, 1 or more; who asks more waits for his turn. Default 64.
    /// </summary>
    public int MaxOutstandingRequests { get; set; } = 64;

    /// <summary>
    /// How many received messages may wait to be read, 1 or more. With so many the client stops reading from the server, answers to
    /// its own questions included, until they are read. Default 1,024.
    /// </summary>
    public int MaxWaitingMessages { get; set; } = 1024;

    /// <summary>
    /// How many bytes of received messages may wait to be read, beside <see cref="MaxWaitingMessages"/> and to the same effect, 1 or more;
    /// and how many of the server's requests for their answers. A larger one waits alone. Default 16 MiB.
    /// </summary>
    public int MaxWaitingBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// Whether what arrives unasked is thrown away, for a client that only sends and asks. Default <see langword="false"/>.
    /// </summary>
    public bool IgnoresMessages { get; set; }

    /// <summary>
    /// Answers what the server asks, several at once; what it throws is answered with <see cref="Response.Failed"/>. Default none:
    /// <see cref="Response.NotHandled"/>.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<Response>>? OnRequest { get; set; }

    /// <summary>The client's own RSA key pair for the classic protocol, 2048 bits or more, not disposed. Default a new one.</summary>
    public RSA? Key { get; set; }

    /// <summary>What a classic client sends to leave, line end included. Default <c>disconnect\n</c>.</summary>
    public string DisconnectMessage { get; set; } = "disconnect\n";

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>A number from 0 to 1 by chance.</summary>
    internal Func<double> Jitter { get; set; } = Random.Shared.NextDouble;

    /// <summary>Whether <see cref="TrustServer"/> sets <see cref="Password"/>, so that nobody says it before he trusts the server.</summary>
    internal bool PasswordFollows { get; set; }

    private const int MinMaxFrame = 4 * 1024;
    private const int MaxMaxFrame = 16 * 1024 * 1024;

    /// <exception cref="ArgumentException">A value is not allowed.</exception>
    internal void Validate()
    {
        Check(EndPoint is not null || (Host.Length > 0 && Port is > 0 and <= IPEndPoint.MaxPort), "Host or Port is missing or not allowed.");
        Check(UserName.Length > 0, "UserName is missing.");
        Check(Password.Length > 0 || PrivateKey is not null || PasswordFollows, "Password or PrivateKey is missing.");
        Check(ConnectTimeout > TimeSpan.Zero && RequestTimeout > TimeSpan.Zero, "A timeout is more than zero.");
        Check(KeepAlive >= TimeSpan.Zero, "KeepAlive is zero or more.");
        Check(
            ReconnectDelay > TimeSpan.Zero && MaxReconnectDelay >= ReconnectDelay && MaxReconnectDelay <= Backoff.Longest,
            "ReconnectDelay is more than zero, and MaxReconnectDelay no less and at most a day.");
        Check(MaxFrame is >= MinMaxFrame and <= MaxMaxFrame, "MaxFrame is 4 KiB to 16 MiB.");
        Check(
            MaxOutstandingRequests > 0 && MaxWaitingMessages > 0 && MaxWaitingBytes > 0,
            "MaxOutstandingRequests, MaxWaitingMessages and MaxWaitingBytes are 1 or more.");
        Check(Tls != TlsMode.Pinned || TlsClient.Parse(Fingerprint) is not null, "Fingerprint is missing, or not a SHA-256 in hex.");
        Check(Tls == TlsMode.Pinned || Fingerprint is null, "Fingerprint is compared with Tls = TlsMode.Pinned only, and would be ignored.");
        Check(Tls != TlsMode.Ask || TrustServer is not null, "TrustServer is missing.");
        Check(Tls == TlsMode.Ask || TrustServer is null, "TrustServer is asked with Tls = TlsMode.Ask only, and would be ignored.");
        Check(Tls != TlsMode.None || ClientCertificate is null, "ClientCertificate is shown inside of TLS only: set Tls.");
        Check(ClientCertificate is null or { HasPrivateKey: true }, "ClientCertificate has no private key.");
        Check(
            PrivateKey is null || (Protocol == ClientProtocol.Compact && PrivateKey.KeySize is >= RsaPublicKey.MinSize and <= RsaPublicKey.MaxSize),
            "PrivateKey has 2048 to 8192 bits, and is for the compact protocol.");
        Check(Key is null || Key.KeySize >= RsaPublicKey.MinSize, "Key has 2048 bits or more.");

        static void Check(bool isAllowed, string otherwise)
        {
            if (!isAllowed)
                throw new ArgumentException(otherwise);
        }
    }
}
