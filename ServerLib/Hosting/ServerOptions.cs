using System.Net;

namespace ServerLib;

/// <summary>
/// The server's constants and limits, checked when the server starts; each default is one that an unattended server could keep.
/// An application that has a configuration binds them from its section <see cref="SectionName"/>, as the host does.
/// </summary>
public sealed class ServerOptions
{
    /// <summary>The configuration section that these options are read from: <c>ServerLib</c>.</summary>
    public const string SectionName = "ServerLib";

    /// <summary>The name under which the server speaks, which nobody can take: <c>SERVER</c>.</summary>
    public const string ServerName = "SERVER";

    private const string RoomGreeting = "You are in the chat room. What you type goes to everyone here";
    private const string DefaultGreeting = $"{RoomGreeting}; type 'disconnect' to leave.";

    internal static readonly TimeSpan DefaultHistoryRetention = TimeSpan.FromDays(90);

    /// <summary>
    /// The IP address to listen on (SERVER). Default <c>127.0.0.1</c>; <c>0.0.0.0</c> is every IPv4 address of this machine,
    /// <c>::</c> every IPv4 and IPv6 one.
    /// </summary>
    public string Server { get; set; } = "127.0.0.1";

    /// <summary>The TCP port to listen on (PORT), 0 to 65535. Default 8080; 0 takes a free one.</summary>
    public int Port { get; set; } = 8080;

    /// <summary>Address and port together (SERVER_SOCKET).</summary>
    /// <exception cref="FormatException"><see cref="Server"/> is not an IP address.</exception>
    public IPEndPoint ServerSocket => new(IPAddress.Parse(Server), Port);

    /// <summary>The listen queue's length (MAX_CLIENTS), 1 to 65535. Default 512.</summary>
    public int MaxClients { get; set; } = 512;

    /// <summary>What a classic client sends to leave (DISCONNECT_MSG), line end included. Default <c>disconnect\n</c>.</summary>
    public string DisconnectMessage { get; set; } = "disconnect\n";

    /// <summary>
    /// The text that follows <c>Welcome {alias}</c> on a line of its own (SERVER_GREETING), at most 4,000 bytes of UTF-8. Default one that
    /// welcomes to the chat room and tells classic clients, no others, that <c>disconnect</c> leaves it. One of your own is everyone's.
    /// </summary>
    public string ServerGreeting { get; set; } = DefaultGreeting;

    /// <summary>The same for compact clients, to whom the word that ends a classic connection is a message like any other.</summary>
    internal string CompactGreeting => ServerGreeting == DefaultGreeting ? $"{RoomGreeting}." : ServerGreeting;

    /// <summary><see cref="Registration"/> as HELLO says it.</summary>
    internal string RegistrationName => Registration switch
    {
        RegistrationPolicy.Open => "open",
        RegistrationPolicy.Invitation => "invitation",
        _ => "closed",
    };

    /// <summary>
    /// The folder that holds the database, keys and activity log, made with owner-only rights. Default <c>serverlib-data</c>
    /// under the current directory.
    /// </summary>
    public string DataDirectory { get; set; } = "serverlib-data";

    /// <summary>How many connections there may be at once, logged in or not, 1 or more. Default 10,000.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// How many connections there may be at once from one address, 1 or more; of IPv6 all addresses count as one that share their first 64
    /// bits, and this machine's own are not counted. Default 256.
    /// </summary>
    public int MaxConnectionsPerAddress { get; set; } = 256;

    /// <summary>
    /// How many connections there may be that have not logged in, as <c>START:RATE:FULL</c>, sshd's <c>MaxStartups</c>: while there are
    /// START, RATE per cent of those that come are refused, more the more there are, and all while there are FULL. The first
    /// four from an address where somebody has logged in before come in all the same, and this machine's own are not counted. Default
    /// <c>100:30:1000</c>.
    /// </summary>
    public string MaxUnauthenticated { get; set; } = "100:30:1000";

    /// <summary>
    /// How many of those may be from one address, 1 or more, sshd's <c>PerSourceMaxStartups</c>; counted as for
    /// <see cref="MaxConnectionsPerAddress"/>. Default 16.
    /// </summary>
    public int MaxUnauthenticatedPerAddress { get; set; } = 16;

    /// <summary>The time from accept to logged in, more than zero. Default 120 seconds.</summary>
    public TimeSpan LoginGraceTime { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>Attempts to log in on one connection, 1 or more. Default 5.</summary>
    public int MaxLoginAttempts { get; set; } = 5;

    /// <summary>
    /// How often one user may be logged in at once, 1 or more; one login more is refused, and those that are there stay. Default 10.
    /// </summary>
    public int MaxSessionsPerUser { get; set; } = 10;

    /// <summary>
    /// How many frames a user who is logged in may send in a second, over all of his sessions, messages and all others, 0 to 1,000,000. A
    /// frame counts once for each KiB that it begins, header included; one that costs the server more than to be sent on counts more
    /// often: 25 times KEY, 50 times PASSWORD, USERS and COMMAND for each KiB of the answer, and what classic clients get for each millisecond that
    /// it takes to encrypt it; a key that is added or removed, and a password that is changed, 150 times more. Beyond it the server reads
    /// nothing from him for a while; nothing is lost. Default 0, no limit; <c>ServerLib.Host</c>'s default is 50.
    /// </summary>
    public int MaxMessageRate { get; set; }

    /// <summary>
    /// How many of those he may send at once, after he has been quiet, 1 to 1,000,000; one frame that counts for more is read all the same,
    /// and the next ones wait the longer. Default 500: half a MiB, and a frame, which fits into the default of
    /// <see cref="MaxQueuedBytes"/>.
    /// </summary>
    public int MaxMessageBurst { get; set; } = 500;

    /// <summary>
    /// How many bits of an IPv4 address count when penalties and registrations are counted by address, 8 to 32; of IPv6 it is always
    /// 64. Default 32: each address for itself.
    /// </summary>
    public int PenaltyIPv4Prefix { get; set; } = 32;

    /// <summary>
    /// Addresses and ranges (<c>203.0.113.0/24</c>) that get no penalties and may register as many accounts as they like, besides this
    /// machine's own. Default none.
    /// </summary>
    public IList<string> PenaltyExempt { get; } = [];

    /// <summary>How many accounts one address may register in an hour where registration is open, 1 to 1,000,000. Default 10.</summary>
    public int MaxRegistrationsPerAddress { get; set; } = 10;

    /// <summary>The largest frame that a logged-in client may send, in bytes, 4 KiB to 16 MiB. Default 64 KiB.</summary>
    public int MaxFrameSize { get; set; } = 64 * 1024;

    /// <summary>How much may wait for a slow reader before it is dropped, in bytes, 4 KiB or more. Default 1 MiB.</summary>
    public int MaxQueuedBytes { get; set; } = 1024 * 1024;

    /// <summary>How many answers one client may owe to the server's requests, 1 or more. Default 64.</summary>
    public int MaxOutstandingRequests { get; set; } = 64;

    /// <summary>How many groups one connection may be in, 0 or more. Default 100.</summary>
    public int MaxGroupsPerConnection { get; set; } = 100;

    /// <summary>
    /// How many connections there may be in a <see cref="ChatRoom"/> that still announces who comes and goes. Default 1,000.
    /// </summary>
    public int MaxAnnounced { get; set; } = 1_000;

    /// <summary>How the server waits for its connections. Default <see cref="TransportKind.Automatic"/>.</summary>
    public TransportKind Transport { get; set; } = TransportKind.Automatic;

    /// <summary>How many event loops there are where the transport has them; 0, the default, is half the cores, at least one.</summary>
    public int EventLoops { get; set; }

    /// <summary>After how long without a message a client is sent away; zero, the default, for never.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// After how long a silent connection is probed by TCP, and a compact client pinged; one that does not answer for as long again is
    /// lost. Zero to do neither. Default 60 seconds.
    /// </summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a shutdown may take to announce, drain and log off. Default 10 seconds.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Who may register. Default <see cref="RegistrationPolicy.Open"/>: the first login does.</summary>
    public RegistrationPolicy Registration { get; set; } = RegistrationPolicy.Open;

    /// <summary>
    /// Names that nobody can take, besides <see cref="ServerName"/>, <c>console</c> and <c>configuration</c>. Default none.
    /// </summary>
    public IList<string> ReservedNames { get; } = [];

    /// <summary>
    /// Whom the server lets in never: users' names, addresses, and ranges such as <c>203.0.113.0/24</c> or <c>2001:db8::/64</c>, as
    /// <see cref="Ban.Target"/> has them. Default none; <see cref="ConnectionServer.BanAsync"/> adds to them while the server runs.
    /// </summary>
    public IList<string> Bans { get; } = [];

    /// <summary>How long entries of the <see cref="AuditTrail"/> are kept, 1 day to 10 years (3,650 days). Default 90 days.</summary>
    public TimeSpan HistoryRetention { get; set; } = DefaultHistoryRetention;

    /// <summary>
    /// How short a new password may be, in Unicode scalar values, 1 to 256. Default 8. Those that are set already go on working.
    /// </summary>
    public int MinPasswordLength { get; set; } = 8;

    /// <summary>
    /// A file of passwords that nobody may set, one a line, UTF-8, as a path from <see cref="DataDirectory"/>; compared by NFKC and case
    /// folding, read when the server starts. Default none.
    /// </summary>
    public string? DeniedPasswordsFile { get; set; }

    /// <summary>How passwords are hashed.</summary>
    public PasswordHashingOptions PasswordHashing { get; } = new();

    /// <summary>How the activity log is written.</summary>
    public ActivityLogOptions ActivityLog { get; } = new();

    /// <summary>The size of the RSA key that is made at the first start, in bits, 2048 to 8192. Default 2048.</summary>
    public int ServerKeySize { get; set; } = 2048;

    /// <summary>From where passwords are taken without TLS. Default <see cref="PlaintextPolicy.LoopbackOnly"/>.</summary>
    public PlaintextPolicy Plaintext { get; set; } = PlaintextPolicy.LoopbackOnly;

    /// <summary>
    /// The TLS certificate, PEM with its chain or PFX, as a path from <see cref="DataDirectory"/>; read again when it changes. Default
    /// none: the server makes one that signs itself.
    /// </summary>
    public string? CertificateFile { get; set; }

    /// <summary>
    /// The certificate's private key as PEM, where it is not in <see cref="CertificateFile"/>. Only its owner may read it.
    /// </summary>
    public string? CertificateKeyFile { get; set; }

    /// <summary>The password of the private key or of the PFX file. Default none.</summary>
    public string? CertificatePassword { get; set; }

    /// <summary>Whether clients show certificates of their own. Default <see cref="ClientCertificateMode.None"/>.</summary>
    public ClientCertificateMode ClientCertificates { get; set; } = ClientCertificateMode.None;

    /// <summary>
    /// The certificates, as PEM, of those who may issue clients' certificates, as a path from <see cref="DataDirectory"/>.
    /// </summary>
    public string? ClientCertificateAuthorities { get; set; }
}
