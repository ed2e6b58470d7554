using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ServerLib.Connections;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib;

/// <summary>A client's connection: what the client says, what is said to it, and why it ended.</summary>
/// <remarks>Receiving is for one caller at a time. Sending and ending may be done from any thread.</remarks>
public sealed partial class Connection : IAsyncDisposable
{
    private static long _lastId;

    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _aborted = new();
    private readonly ServerKey? _serverKey;
    private readonly ServerCertificate? _certificate;
    private TransportConnection _transport;
    private SendQueue _queue;
    private IWireProtocol? _protocol;
    private PendingLogin? _claim;
    private UserSession? _session;
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
    {
        _transport = transport;
        _queue = new SendQueue(transport, options.Limits.MaxQueuedBytes);
        _received = new ReceiveBuffer(transport);
        _serverKey = serverKey;
        _certificate = certificate;
        _time = timeProvider ?? TimeProvider.System;
        Options = options;
        ConnectedAt = _time.GetUtcNow();
        MarkActivity();
        NoteMessage();
        Aborted = _aborted.Token;
        Client = new Client("", RemoteEndPoint.ToString() ?? "");
    }

    /// <summary>A number that no other connection of this process has.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    /// <summary>The socket underneath; <see langword="null"/> for a connection on pipes.</summary>
    public Socket? CSocket => _transport.Socket;

    /// <summary>Who is at the other end.</summary>
    public Client Client { get; private set; }

    /// <summary>The client's name as registered; empty before it has logged in.</summary>
    public string Alias => Client.Alias;

    /// <summary>Where the client connects from.</summary>
    public EndPoint RemoteEndPoint => _transport.RemoteEndPoint;

    /// <summary>Whether all that the two say to each other goes through TLS.</summary>
    public bool IsSecure => _transport.Tls is not null;

    /// <summary>
    /// The subject of the TLS certificate that the client has shown, checked already; <see langword="null"/> when it showed none.
    /// </summary>
    public string? ClientCertificateSubject => _transport.Tls?.ClientSubject;

    /// <summary>When the connection was accepted.</summary>
    public DateTimeOffset ConnectedAt { get; }

    /// <summary>Why the connection ended; <see cref="DisconnectReason.None"/> while it has not.</summary>
    public DisconnectReason Reason => (DisconnectReason)Volatile.Read(ref _reason);

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken Aborted { get; }

    internal ServerOptions Options { get; }

    /// <summary>Whether its last attempt to log in found the server busy: then it is not the client's doing that it isn't in.</summary>
    internal bool MetBusy { get; set; }

    /// <summary>Whether the connection is, or was, on a ledger.</summary>
    internal bool IsLoggedIn => JoinSequence != 0;

    /// <summary>The login that is being looked at, or was right; <see langword="null"/> while there is none.</summary>
    internal PendingLogin? Claim
    {
        get => Volatile.Read(ref _claim);
        set => Volatile.Write(ref _claim, value);
    }

    /// <summary>What the audit trail says of its login beside name and address.</summary>
    internal string LoginDetail { get; set; } = "";

    /// <summary>How often in a row the client gave a wrong password since it is logged in.</summary>
    internal int WrongPasswords { get; set; }

    /// <summary>How often in a row the client gave a wrong signature with a key since it is logged in.</summary>
    internal int WrongSignatures { get; set; }

    /// <summary>Its place in the order in which connections were put on a ledger: what was said before is not for it.</summary>
    internal long JoinSequence { get; set; }

    /// <summary>
    /// What it has in common with its user's other connections, which has to be ended; <see langword="null"/> before its login was right.
    /// </summary>
    internal UserSession? Session
    {
        get => _session;
        set
        {
            _session = value;
            _frames = value?.Frames ?? _frames;
        }
    }

    /// <summary>Whether nobody has written down yet that it was logged off; once.</summary>
    internal bool IsFirstLogoff() => Interlocked.Exchange(ref _isLoggedOff, 1) == 0;

    /// <summary>The key under which an index found it last: its name may have changed since.</summary>
    internal string? IndexedAs { get; set; }

    /// <summary>Whether there are accounts with keys; set before the client says anything.</summary>
    internal bool OffersKeys { get; set; }

    /// <summary>Whether it is one of the first few from where somebody has logged in before, and waits for no strangers.</summary>
    internal bool HasPriority { get; init; }

    /// <summary>What binds a client's signature to the certificate that it was shown; empty without TLS.</summary>
    internal ReadOnlyMemory<byte> ServerEndPointHash => _transport.Tls?.ServerEndPoint;

    /// <summary>The server's own public key.</summary>
    internal string ServerKeyPem => (_serverKey ?? ServerKey.Ephemeral).PublicKeyPem;

    private IWireProtocol Protocol => _protocol ?? throw ServerLibException.Because("the client has not said anything yet");

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
        _transport.Interrupt();
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
            _protocol?.WriteClose(_queue, Reason, Reason == DisconnectReason.Banned ? _banNotice : null);
            await LingerAsync().ConfigureAwait(false);
        }

        await _transport.DisposeAsync().ConfigureAwait(false);
        _received.Release();
    }

    /// <summary>From now on it is this handler's code that goes on when something has come.</summary>
    internal void RunsCodeOf(object handler)
    {
        if (!IsClassic)
            _transport.Owner = ContinuationAffinity.For(handler.GetType());
    }

    internal void UpdateKey(RSA key, bool isProven = false) =>
        Client = new Client(Client.Alias, Client.IpAddr, key) { HasProvenKey = isProven };

    /// <summary>Whether a signature shows that this client holds a private key.</summary>
    internal bool Proves(RSA key, string signature) =>
        IsBound && _protocol is CompactProtocol compact && KeyProof.IsRight(key, compact.SignedForPossession, signature);

    /// <summary>
    /// Ends the connection when <paramref name="time"/> has passed since it was accepted, unless the result is disposed first.
    /// </summary>
    internal ITimer EndAfter(TimeSpan time, DisconnectReason reason)
    {
        TimeSpan left = ConnectedAt + time - _time.GetUtcNow();
        return _time.CreateTimer(_ => End(reason), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
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

    /// <summary>
    /// A socket that is closed with bytes still unread resets the connection, and what was sent last is lost to the client. So say
    /// that nothing more comes, and read until the client closes its side.
    /// </summary>
    private async Task LingerAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2), _time);
        try
        {
            await _queue.FlushAsync(timeout.Token).ConfigureAwait(false);
            _transport.CompleteWriting();

            // In a loop of one's own somebody else may be waiting to read; he is being told of the end, and only one can wait at a time.
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _readingEnded, ended);
            if (Volatile.Read(ref _isReading) != 0)
                await ended.Task.WaitAsync(timeout.Token).ConfigureAwait(false);
            while (await _transport.WaitToReadAsync(timeout.Token).ConfigureAwait(false))
            {
                if (Discard() <= 0)
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            // It had its time.
        }
    }

    private int Discard()
    {
        Span<byte> nowhere = stackalloc byte[4096];
        return _transport.TryRead(nowhere, out int count) ? count : 1;
    }
}
