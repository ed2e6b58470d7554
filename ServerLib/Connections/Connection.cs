using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Security.Cryptography;
using ServerLib.Connections;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib;

/// <summary>A client's connection.</summary>
/// <remarks>Only one caller may receive at a time. Any thread may send, send requests, and end the connection.</remarks>
public sealed class Connection : IAsyncDisposable, IDisposable
{
    private static long _lastId;

    private readonly CancellationTokenSource _aborted = new();
    private readonly long _connectedAt;
    private LoginReader? _login;
    private ConnectionCalls _calls;
    private ApplicationState? _state;
    private PeerActivity _activity;
    private ConnectionTraffic _traffic;
    private ConnectionEnd _end;
    private WrongProofs _wrongProofs;
    private bool _isDisposed;
    private bool _isLoggedOff;

    /// <summary>Creates a connection on a socket. The connection owns the socket from now on.</summary>
    /// <param name="csocket">A connected stream socket.</param>
    /// <param name="options">The limits that apply. Default the default options.</param>
    /// <param name="serverKey">The server's key pair. Default a new one, generated when the first client needs it.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="certificate">The certificate for TLS clients. Default none: there is no TLS.</param>
    /// <exception cref="ServerLibException"><paramref name="csocket"/> is not connected.</exception>
    public Connection(
        Socket csocket,
        ServerOptions? options = null,
        ServerKey? serverKey = null,
        TimeProvider? timeProvider = null,
        ServerCertificate? certificate = null)
        : this(
            ConnectedSocket.Open(csocket, (options ??= new ServerOptions()).Limits.KeepAlive),
            new ConnectionSettings(options, serverKey, certificate, timeProvider))
    {
    }

    /// <summary>Creates a connection on a pair of pipes. The connection completes them when it is disposed.</summary>
    /// <param name="pipe">The server's end: <see cref="IDuplexPipe.Input"/> is what the client sends.</param>
    /// <param name="facts">What is known of the client.</param>
    /// <param name="options">The limits that apply. Default the default options.</param>
    /// <param name="serverKey">The server's key pair. Default a new one, generated when the first client needs it.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="certificate">The certificate for TLS clients. Default none: there is no TLS.</param>
    public Connection(
        IDuplexPipe pipe,
        ConnectionFacts facts,
        ServerOptions? options = null,
        ServerKey? serverKey = null,
        TimeProvider? timeProvider = null,
        ServerCertificate? certificate = null)
        : this(new PipeConnection(pipe, facts), new ConnectionSettings(options ?? new ServerOptions(), serverKey, certificate, timeProvider))
    {
    }

    internal Connection(TransportConnection transport, ConnectionSettings settings)
    {
        Settings = settings;
        Link = new ConnectionLink(transport, settings.Options.Limits.MaxQueuedBytes, settings.Traffic);
        Rate = new MessageRate(settings);
        Reader = new MessageReader(this);
        _connectedAt = settings.Time.GetUtcNow().UtcTicks;
        _activity.Start(settings.Time);
        Client = new Client("", RemoteEndPoint.ToString() ?? "");
    }

    /// <summary>The connection's number, which no other connection of this process has.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    /// <summary>The client's socket, which the connection closes; <see langword="null"/> if it uses pipes or is closed.</summary>
    /// <remarks>On Linux, the first use opens a second file descriptor, which the startup check of open files does not count.</remarks>
    /// <exception cref="SocketException">There are no file descriptors left.</exception>
    public Socket? CSocket => Link.Transport.Socket;

    /// <summary>The client: its name, address and public key.</summary>
    public Client Client { get; private set; }

    /// <summary>The client's name as registered; empty before it has logged in.</summary>
    public string Alias => Client.Alias;

    /// <summary>The client's end point.</summary>
    public EndPoint RemoteEndPoint => Link.RemoteEndPoint;

    /// <summary>Whether everything is sent through TLS.</summary>
    public bool IsSecure => Link.IsSecure;

    /// <summary>The subject of the client's verified TLS certificate; <see langword="null"/> if the client presented none.</summary>
    public string? ClientCertificateSubject => Link.ClientCertificateSubject;

    /// <summary>When the connection was accepted.</summary>
    public DateTimeOffset ConnectedAt => new(_connectedAt, TimeSpan.Zero);

    /// <summary>Why the connection has ended; <see cref="DisconnectReason.None"/> while it has not.</summary>
    public DisconnectReason Reason => _end.Reason;

    /// <summary>Canceled when the connection ends.</summary>
    public CancellationToken Aborted => _aborted.Token;

    /// <summary>Values that the application stores for this connection. Any thread may use them.</summary>
    public IDictionary<object, object?> Items => State.Items;

    /// <summary>The identity in <see cref="LoginResult.User"/>; by default the <see cref="Alias"/>. An application may replace it.</summary>
    [AllowNull]
    public ClaimsPrincipal User
    {
        get => State.UserFor(Alias);
        set
        {
            if (value is not null)
                State.User = value;
        }
    }

    /// <summary>Whether the client understands calls and events. A classic client does not.</summary>
    public bool SupportsCalls => Link.Compact is { HasCalls: true };

    internal ServerOptions Options => Settings.Options;

    /// <summary>How the client is reached. Negotiation replaces it.</summary>
    internal ConnectionLink Link { get; set; }

    /// <summary>Keeps the session when the link is lost; <see langword="null"/> if the client does not support that.</summary>
    internal ResumableSession? Resumption { get; set; }

    /// <summary>Where frames go that the client must get, whatever happens to the link.</summary>
    internal IFrameSink Sink => (IFrameSink?)Resumption ?? Link.Output;

    internal MessageReader Reader { get; }

    internal MessageRate Rate { get; }

    internal ref ConnectionCalls Calls => ref _calls;

    /// <summary>Whether the client speaks the classic protocol: its login is complete when both sides have sent their keys.</summary>
    internal bool IsClassic => Link.IsClassic;

    /// <summary>Whether the login was completed.</summary>
    internal bool IsLoggedIn { get; private set; }

    internal ref WrongProofs WrongProofs => ref _wrongProofs;

    /// <summary>Where an index has the connection.</summary>
    internal IndexEntry IndexEntry { get; set; }

    internal ConnectionWriter Writer => new(this);

    internal ConnectionTimers Timers => new(this);

    /// <summary>Whether the logoff is not recorded yet. Returns <see langword="true"/> once.</summary>
    internal bool IsFirstLogoff() => !Interlocked.Exchange(ref _isLoggedOff, true);

    /// <summary>Whether clients may log in by key. Set before the first byte is read.</summary>
    internal bool OffersKeys { get; set; }

    /// <summary>Whether clients are issued tickets. Set before the first byte is read.</summary>
    internal bool OffersTickets { get; init; }

    /// <summary>What is needed to issue the client's next ticket; <see langword="null"/> if it gets none.</summary>
    internal ConnectionTicket? Ticket { get; set; }

    /// <summary>Whether it comes from a known address and does not wait behind unknown clients.</summary>
    internal bool HasPriority { get; init; }

    /// <summary>The rules of the end point on which the client has connected.</summary>
    internal EndpointRules Rules { get; init; } = EndpointRules.Default;

    private ApplicationState State => LazyInitializer.EnsureInitialized(ref _state, static () => new ApplicationState());

    internal ConnectionSettings Settings { get; }

    /// <summary>Changes the client's name.</summary>
    /// <param name="name">The new name.</param>
    /// <exception cref="ServerLibException"><paramref name="name"/> is not a valid name.</exception>
    public void UpdateAlias(string name)
    {
        if (UserName.FindProblem(name ?? "") is { } problem)
            throw ServerLibException.Because($"'{TextSanitizer.Escape(name ?? "")}' is not a valid name. {problem}");
        Client = new Client(name!, Client.IpAddr, Client.PublicKey) { HasProvenKey = Client.HasProvenKey };
    }

    /// <summary>Waits until a complete message has arrived.</summary>
    /// <param name="cancellationToken">Stops waiting. No message is lost.</param>
    /// <returns><see langword="false"/> if the connection has ended; <see cref="Reason"/> says why.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    /// <exception cref="ServerLibException">The client has not logged in.</exception>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) => Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Receives a message if a complete one has arrived. Does not wait.</summary>
    /// <param name="message">The message. Its body is valid until the next call of a receiving method.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ServerLibException">The client has not logged in.</exception>
    public bool TryReceive(out Message message) => Reader.TryRead(out message);

    /// <summary>Sends a message, and never waits. What the operating system does not accept at once is queued.</summary>
    /// <param name="sender">The name that the client sees, at most 255 bytes of UTF-8.</param>
    /// <param name="message">The message. Its body is copied. A classic client can be sent only UTF-8 text.</param>
    /// <returns>The outcome. Before the login and after the end of the connection, the message is dropped.</returns>
    /// <exception cref="ArgumentException"><paramref name="sender"/> is too long.</exception>
    public SendOutcome TrySend(string sender, Message message)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return Writer.TrySend(sender, message);
    }

    /// <summary>Ends the connection. What was sent before still arrives, unless the client is lost or reads too slowly.</summary>
    /// <param name="reason">The reason. If the connection already has a reason, it keeps that one.</param>
    /// <param name="notice">The text that a compact client gets. Default a text for the reason.</param>
    public void End(DisconnectReason reason, string? notice = null) => End(reason, notice, retryAfter: null);

    internal void End(DisconnectReason reason, string? notice, TimeSpan? retryAfter)
    {
        if (reason == DisconnectReason.None)
            throw ServerLibException.Because("A connection cannot end without a reason.");
        if (!_end.TrySet(reason, notice, retryAfter))
            return;
        _ = _aborted.CancelAsync();
        Link.Transport.Interrupt();
    }

    /// <summary>Ends and closes the connection. Before that, sends what is still queued, for up to two seconds.</summary>
    public ValueTask DisposeAsync() => CloseAsync(CancellationToken.None);

    /// <summary>Does the same as <see cref="DisposeAsync"/>, and can be cut short.</summary>
    /// <param name="cancellationToken">Closes the connection at once.</param>
    internal async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        End(DisconnectReason.ServerError);
        bool isRead = Link.TryWriteClose(Reason, _end.Notice, _end.RetryAfter);
        if (isRead && !(Reason == DisconnectReason.EndOfStream && Link.CanCloseAtOnce))
            await Link.LingerAndCloseAsync(TimeSpan.FromSeconds(2), Settings.Time, cancellationToken).ConfigureAwait(false);
        else
            await Link.CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Ends and closes the connection at once. What the operating system has not accepted yet is lost.</summary>
    public void Dispose()
    {
        Link.StopLingering();
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        End(DisconnectReason.ServerError);
        Link.TryWriteClose(Reason, _end.Notice, _end.RetryAfter);
        Link.CloseAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Waits until the operating system has accepted what was sent, or the session keeps it for the client.</summary>
    internal ValueTask<bool> FlushAsync(CancellationToken cancellationToken) =>
        Resumption?.Frames.FlushAsync(cancellationToken) ?? Link.Output.FlushAsync(cancellationToken);

    /// <summary>A link is lost. The connection ends, unless its session can be resumed.</summary>
    /// <param name="link">The link.</param>
    /// <param name="reason">Why it is lost.</param>
    internal void Lose(ConnectionLink link, DisconnectReason reason)
    {
        if (Resumption?.TryDetach(link, reason) != true)
            End(reason);
    }

    /// <summary>Takes the link of another connection, which ends, and continues there.</summary>
    internal void Continue(Connection other)
    {
        other.Link.Transport.Affinity = Link.Transport.Affinity;
        Link = other.Link.With(Link.Compact!);
        Client = new Client(Alias, Link.RemoteEndPoint.ToString() ?? "", Client.PublicKey) { HasProvenKey = Client.HasProvenKey };
        _activity.MarkReceived(Settings.Time);
        other._isDisposed = true;
        other.End(DisconnectReason.Resumed);
    }

    /// <summary>Reads the client's logins, until one is complete.</summary>
    internal LoginReader Login => _login ??= new LoginReader(this, Settings);

    internal void UpdateKey(RSA key, bool isProven = false) =>
        Client = new Client(Client.Alias, Client.IpAddr, key) { HasProvenKey = isProven };

    /// <summary>Notes that the login is complete. From now on the client's silence is measured.</summary>
    internal void CompleteLogin()
    {
        IsLoggedIn = true;
        _login = null;
        _activity.MarkMessage();
    }

    internal ref PeerActivity Activity => ref _activity;
    internal ref ConnectionTraffic Traffic => ref _traffic;
}
