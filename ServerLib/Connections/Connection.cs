using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Security.Cryptography;
using ServerLib.Connections;
using ServerLib.Protocol;
using ServerLib.RateLimiting;
using ServerLib.Transport;

namespace ServerLib;

/// <summary>A client's connection: what the client says, what is said to it, and why it ended.</summary>
/// <remarks>Receiving is for one caller at a time. Sending and ending may be done from any thread.</remarks>
public sealed partial class Connection : IAsyncDisposable
{
    private static long _lastId;

    private readonly ConnectionSettings _settings;
    private readonly CancellationTokenSource _aborted = new();
    private ConnectionLink _link;
    private int _reason;
    private int _disposed;
    private string? _banNotice;
    private int _isLoggedOff;

    /// <summary>A connection on a socket, which it owns from now on.</summary>
    /// <param name="csocket">A connected stream socket.</param>
    /// <param name="options">The limits that apply. Default all defaults.</param>
    /// <param name="serverKey">The server's key pair. Default <see cref="ServerKey.Ephemeral"/>.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="certificate">What TLS clients are shown. Default none: there is no TLS.</param>
    /// <exception cref="ServerLibException"><paramref name="csocket"/> is not connected.</exception>
    public Connection(
        Socket csocket,
        ServerOptions? options = null,
        ServerKey? serverKey = null,
        TimeProvider? timeProvider = null,
        ServerCertificate? certificate = null)
        : this(OnSocket(csocket, options ??= new ServerOptions()), options, serverKey, timeProvider, certificate)
    {
    }

    /// <summary>A connection on a pair of pipes, which it completes when it ends.</summary>
    /// <param name="pipe">The server's ends: what the client says comes from <see cref="IDuplexPipe.Input"/>.</param>
    /// <param name="remoteEndPoint">Where the client is said to be.</param>
    /// <param name="options">The limits that apply. Default all defaults.</param>
    /// <param name="serverKey">The server's key pair. Default <see cref="ServerKey.Ephemeral"/>.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="certificate">What TLS clients are shown. Default none: there is no TLS.</param>
    public Connection(
        IDuplexPipe pipe,
        EndPoint remoteEndPoint,
        ServerOptions? options = null,
        ServerKey? serverKey = null,
        TimeProvider? timeProvider = null,
        ServerCertificate? certificate = null)
        : this(new PipeConnection(pipe, remoteEndPoint), options ?? new ServerOptions(), serverKey, timeProvider, certificate)
    {
    }

    internal Connection(
        TransportConnection transport,
        ServerOptions options,
        ServerKey? serverKey,
        TimeProvider? timeProvider,
        ServerCertificate? certificate = null)
        : this(transport, new ConnectionSettings(options, serverKey, certificate, timeProvider))
    {
    }

    internal Connection(TransportConnection transport, ConnectionSettings settings)
    {
        _settings = settings;
        _link = new ConnectionLink(transport, settings.Options.Limits.MaxQueuedBytes);
        ConnectedAt = settings.Time.GetUtcNow();
        MarkActivity();
        NoteMessage();
        Aborted = _aborted.Token;
        Client = new Client("", RemoteEndPoint.ToString() ?? "");
    }

    /// <summary>A number that no other connection of this process has.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    /// <summary>The socket underneath; <see langword="null"/> for a connection on pipes.</summary>
    public Socket? CSocket => _link.Transport.Socket;

    /// <summary>Who is at the other end.</summary>
    public Client Client { get; private set; }

    /// <summary>The client's name as registered; empty before it has logged in.</summary>
    public string Alias => Client.Alias;

    /// <summary>
    /// The user's identity, if the <see cref="IAuthenticator"/> has supplied one (<see cref="LoginResult.User"/>); otherwise
    /// <see langword="null"/>.
    /// </summary>
    public ClaimsPrincipal? User { get; internal set; }

    /// <summary>Where the client connects from.</summary>
    public EndPoint RemoteEndPoint => _link.RemoteEndPoint;

    /// <summary>Whether all that the two say to each other goes through TLS.</summary>
    public bool IsSecure => _link.IsSecure;

    /// <summary>
    /// The subject of the TLS certificate that the client has shown, checked already; <see langword="null"/> when it showed none.
    /// </summary>
    public string? ClientCertificateSubject => _link.ClientCertificateSubject;

    /// <summary>When the connection was accepted.</summary>
    public DateTimeOffset ConnectedAt { get; }

    /// <summary>Why the connection ended; <see cref="DisconnectReason.None"/> while it has not.</summary>
    public DisconnectReason Reason => (DisconnectReason)Volatile.Read(ref _reason);

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken Aborted { get; }

    internal ServerOptions Options => _settings.Options;

    /// <summary>Limits the cryptography for users who have logged in, on the whole server.</summary>
    internal CryptoConcurrencyLimiter Cryptography => _settings.Cryptography;

    /// <summary>How the client is reached now. Negotiation replaces it.</summary>
    internal ConnectionLink Link
    {
        get => _link;
        set
        {
            _link = value;
            if (value.IsClassic)
                _decryption ??= new Decryption(Cryptography);
        }
    }

    /// <summary>Whether the client is on this machine.</summary>
    internal bool IsLocal => _link.IsLocal;

    /// <summary>Whether a signature that the client makes for this server is of no use to another server.</summary>
    internal bool IsBound => _link.IsBound;

    /// <summary>Whether the connection is, or was, on a ledger.</summary>
    internal bool IsLoggedIn => JoinSequence != 0;

    /// <summary>How often in a row the client gave a wrong password since it is logged in.</summary>
    internal int WrongPasswords { get; set; }

    /// <summary>How often in a row the client gave a wrong signature with a key since it is logged in.</summary>
    internal int WrongSignatures { get; set; }

    /// <summary>Its place in the order in which connections were put on a ledger: what was said before is not for it.</summary>
    internal long JoinSequence { get; set; }

    /// <summary>The connection's message rate, which it may share with its user's other connections.</summary>
    internal RateLimiter Frames => _frames;

    /// <summary>From now on the connection shares its message rate with its user's other connections.</summary>
    internal void ShareRateLimit(RateLimiter frames) => _frames = frames;

    /// <summary>Whether nobody has written down yet that it was logged off; once.</summary>
    internal bool IsFirstLogoff() => Interlocked.Exchange(ref _isLoggedOff, 1) == 0;

    /// <summary>The key under which an index found it last: its name may have changed since.</summary>
    internal string? IndexedAs { get; set; }

    /// <summary>Whether there are accounts with keys; set before the client says anything.</summary>
    internal bool OffersKeys { get; set; }

    /// <summary>Whether it is one of the first few from where somebody has logged in before, and waits for no strangers.</summary>
    internal bool HasPriority { get; init; }

    /// <summary>The server's own public key.</summary>
    internal string ServerKeyPem => _settings.ServerKey.PublicKeyPem;

    private IWireProtocol Protocol => _link.Protocol ?? throw ServerLibException.Because("the client has not said anything yet");

    /// <summary>Changes the name tied to this connection.</summary>
    /// <param name="name">The new name.</param>
    /// <exception cref="ServerLibException"><paramref name="name"/> can't be a name.</exception>
    public void UpdateAlias(string name)
    {
        if (name is null || !UserName.IsValid(name))
            throw ServerLibException.Because($"'{TextSanitizer.Escape(name ?? "")}' can't be a name");
        Client = new Client(name, Client.IpAddr, Client.PublicKey) { HasProvenKey = Client.HasProvenKey };
    }

    /// <summary>Ends the connection. What was sent before still goes out, unless the connection is lost or its reader too slow.</summary>
    /// <param name="reason">Why; the first reason stands.</param>
    public void End(DisconnectReason reason)
    {
        if (reason == DisconnectReason.None)
            throw ServerLibException.Because("a connection ends for a reason");
        if (Interlocked.CompareExchange(ref _reason, (int)reason, 0) != 0)
            return;
        _ = _aborted.CancelAsync();
        _link.Transport.Interrupt();
    }

    /// <summary>Ends the connection of somebody who is banned from now on.</summary>
    /// <param name="notice">What he is told.</param>
    internal void EndBanned(string notice)
    {
        Volatile.Write(ref _banNotice, notice);
        End(DisconnectReason.Banned);
    }

    /// <summary>Sends what is still queued, within two seconds, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        End(DisconnectReason.ServerError);
        if (Reason is not (DisconnectReason.ConnectionLost or DisconnectReason.SlowReader or DisconnectReason.ServerFull
            or DisconnectReason.Penalized))
        {
            if (_link.Protocol is CompactProtocol)
                CompactProtocol.WriteClose(_link.Output, Reason, Reason == DisconnectReason.Banned ? _banNotice : null);
            await LingerAsync().ConfigureAwait(false);
        }

        await _link.CloseAsync().ConfigureAwait(false);
    }

    /// <summary>From now on it is this handler's code that goes on when something has come.</summary>
    internal void RunsCodeOf(object handler)
    {
        if (!IsClassic)
            _link.Transport.Affinity = _settings.Affinities.For(handler.GetType());
    }

    internal void UpdateKey(RSA key, bool isProven = false) =>
        Client = new Client(Client.Alias, Client.IpAddr, key) { HasProvenKey = isProven };

    /// <summary>Whether a signature shows that this client holds a private key.</summary>
    internal bool Proves(RSA key, string signature) =>
        IsBound && _link.Protocol is CompactProtocol compact && KeyProof.IsValid(key, compact.SignedForPossession, signature);

    /// <summary>
    /// Ends the connection when <paramref name="time"/> has passed since it was accepted, unless the result is disposed first.
    /// </summary>
    internal ITimer EndAfter(TimeSpan time, DisconnectReason reason)
    {
        TimeSpan left = ConnectedAt + time - _settings.Time.GetUtcNow();
        return _settings.Time.CreateTimer(_ => End(reason), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private static SocketConnection OnSocket(Socket csocket, ServerOptions options)
    {
        try
        {
            var transport = new SocketConnection(csocket, options.Limits.KeepAlive);
            return transport.TryOpen() ? transport : throw new SocketException((int)SocketError.NotConnected);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw ServerLibException.Wrap(e, nameof(Connection));
        }
    }

    /// <summary>Lets the client receive what was sent last.</summary>
    private async Task LingerAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2), _settings.Time);
        try
        {
            await _link.LingerAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client does not close its side.
        }
    }
}
