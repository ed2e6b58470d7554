using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace ServerLib;

/// <summary>
/// The server that a <see cref="ServerClient"/> connects to, the user, and the client's limits. Do not change them after connecting.
/// </summary>
public sealed class ServerClientOptions
{
    /// <summary>The server's host name or IP address. Default <c>127.0.0.1</c>.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>The server's TCP port, 1 to 65535. Default 8080.</summary>
    public int Port { get; set; } = 8080;

    /// <summary>The server's address and port, instead of <see cref="Host"/> and <see cref="Port"/>. Default none.</summary>
    public IPEndPoint? EndPoint { get; set; }

    /// <summary>
    /// Opens the connection to the server, instead of a TCP connection to <see cref="Host"/> and <see cref="Port"/>, for example through a
    /// proxy. It is called for each attempt to connect. If it throws an <see cref="IOException"/> or a
    /// <see cref="System.Net.Sockets.SocketException"/>, the server cannot be reached. Any other exception ends all attempts. Default none.
    /// </summary>
    public Func<CancellationToken, ValueTask<Stream>>? ConnectCallback { get; set; }

    /// <summary>The user's name. Required.</summary>
    public string UserName { get; set; } = "";

    /// <summary>
    /// The user's password. Required unless <see cref="PasswordProvider"/> or <see cref="PrivateKey"/> is set. It appears in no message
    /// or log.
    /// </summary>
    public string Password { get; set; } = "";

    /// <summary>
    /// Returns the password, for example by asking the user. It is called if <see cref="Password"/> is empty, once the client is connected
    /// and trusts the server. The time that it takes does not count towards <see cref="ConnectTimeout"/>. The result is stored in
    /// <see cref="Password"/>. Default none.
    /// </summary>
    public Func<CancellationToken, ValueTask<string>>? PasswordProvider { get; set; }

    /// <summary>
    /// Whether the client may send the password without TLS to another machine. Everyone on the network path can then read it. If this is
    /// <see langword="false"/>, connecting fails with the code <c>tls-required</c>. A stream from <see cref="ConnectCallback"/> counts as a
    /// connection to another machine. Default <see langword="false"/>.
    /// </summary>
    public bool AllowPlaintextPassword { get; set; }

    /// <summary>
    /// An invitation code, if the server requires one for registration. It appears in no message or log. The classic protocol cannot send
    /// it. Default none.
    /// </summary>
    public string? Invitation { get; set; }

    /// <summary>
    /// An RSA private key of 2048 to 8192 bits for a login by key, instead of <see cref="Password"/>. The account must already have the
    /// key. A login by key needs TLS or a server on this machine. The client does not dispose the key. Default none.
    /// </summary>
    public RSA? PrivateKey { get; set; }

    /// <summary>The protocol. Default <see cref="ClientProtocol.Compact"/>.</summary>
    public ClientProtocol Protocol { get; set; }

    /// <summary>Whether to use TLS, and how to verify the server. Default <see cref="TlsMode.None"/>.</summary>
    public TlsMode Tls { get; set; }

    /// <summary>
    /// The SHA-256 fingerprint of the server's certificate, for <see cref="TlsMode.Pinned"/>: hex in upper or lower case, with or without
    /// colons. It must not be set with another <see cref="Tls"/>. Default none.
    /// </summary>
    public string? Fingerprint { get; set; }

    /// <summary>
    /// Decides whether to trust the server, for <see cref="TlsMode.Ask"/>. It is called after the TLS handshake, before the client sends
    /// anything. The time that it takes does not count towards <see cref="ConnectTimeout"/>. It must not be set with another
    /// <see cref="Tls"/>. Default none.
    /// </summary>
    public Func<ServerIdentity, CancellationToken, ValueTask<bool>>? TrustServer { get; set; }

    /// <summary>
    /// A certificate with its private key, for servers that ask for one. It must not be set with <see cref="TlsMode.None"/>. If the server
    /// refuses it, or requires one and gets none, connecting fails with the code <c>certificate-refused</c>. The client does not dispose
    /// it. Default none.
    /// </summary>
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>The time limit for each attempt to connect and log in, more than zero. Default 30 seconds.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long calls wait for the server's answer, more than zero. A call can override it. Default 30 seconds.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the server may be silent before the client sends a ping. If no answer arrives within the same time again, the connection is
    /// considered lost. The classic protocol has no ping; there, TCP keep-alive uses the same times. Zero disables pings. A server that
    /// answers may leave the client's data unread for any time. Default 60 seconds.
    /// </summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether to try again when an attempt to connect fails or the connection is lost. After a lost connection, the client resumes its
    /// session or joins the same groups again. <see cref="IServerClient.ConnectAsync"/> then waits until the server can be reached, or until
    /// the call is canceled. Nothing is tried again after a final failure, such as a wrong password
    /// (<see cref="ServerClientException.IsFinal"/>). Otherwise the first failure throws. Default <see langword="false"/>.
    /// </summary>
    public bool Reconnect { get; set; }

    /// <summary>
    /// The longest delay before the first attempt to connect again. It doubles with each further attempt. The actual delay is random, between
    /// zero and this value, plus the time that the server asks for. Default 1 second.
    /// </summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The delay at which <see cref="ReconnectDelay"/> stops doubling, at most one day. Default 30 seconds.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The largest frame that the client accepts, in bytes, 4 KiB to 16 MiB. The client tells the server at the login, and the server sends
    /// no larger frame. The largest frame that the server accepts is <see cref="ServerClient.MaxFrame"/>. Default 16 MiB.
    /// </summary>
    public int MaxFrameSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// How many requests may wait for an answer at once, in each direction, 1 or more. Further requests wait until one is answered.
    /// Default 64.
    /// </summary>
    public int MaxOutstandingRequests { get; set; } = 64;

    /// <summary>
    /// How many received messages may wait to be read, 1 or more. If there are more, the client stops receiving until the application
    /// reads. While the application waits for an answer, or handles events or calls, only <see cref="MaxWaitingBytes"/> applies, so that these
    /// can arrive. If it handles events or calls, and has never begun to read, the oldest messages are discarded instead. Default 1,024.
    /// </summary>
    public int MaxWaitingMessages { get; set; } = 1024;

    /// <summary>
    /// How many bytes of received messages may wait to be read, 1 or more, with the same effect as <see cref="MaxWaitingMessages"/>. The
    /// same limit applies to the server's requests and calls that are being answered, and to its events that wait to be handled. A single message may be larger than the limit. Default 16 MiB.
    /// </summary>
    public int MaxWaitingBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// Whether received messages are discarded, for a client that only sends and requests. Default <see langword="false"/>.
    /// </summary>
    public bool IgnoresMessages { get; set; }

    /// <summary>
    /// Answers requests from the server, several at once. If it throws, the response is <see cref="Response.Failed"/>. Default none: the
    /// response is <see cref="Response.NotHandled"/>.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<Response>>? OnRequest { get; set; }

    /// <summary>
    /// Converts the arguments and results of calls, and the data of events. Server and client must use the same format. Members that take a
    /// <see cref="System.Text.Json.Serialization.Metadata.JsonTypeInfo"/> do not use it. Default a <see cref="JsonBodySerializer"/>.
    /// </summary>
    public IBodySerializer? BodySerializer { get; set; }

    /// <summary>
    /// The client's RSA key pair for the classic protocol, 2048 bits or more. The client does not dispose it. Default a new pair.
    /// </summary>
    public RSA? Key { get; set; }

    /// <summary>What a classic client sends to disconnect, including the line end. Default <c>disconnect\n</c>.</summary>
    public string DisconnectMessage { get; set; } = "disconnect\n";

    /// <summary>
    /// Where the client writes its log, in the category <c>ServerLib.ServerClient</c>: connections, failed attempts with their reasons, and
    /// exceptions of handlers. Default none.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The clock. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Finds the addresses of a host, the preferred ones first.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; set; } = Dns.GetHostAddressesAsync;

    /// <summary>Returns a random number from 0 to 1.</summary>
    internal Func<double> Jitter { get; set; } = Random.Shared.NextDouble;

    /// <summary>Whether <see cref="PasswordProvider"/> must be called before the login.</summary>
    internal bool NeedsPassword => Password.Length == 0 && PrivateKey is null && PasswordProvider is not null;
}
