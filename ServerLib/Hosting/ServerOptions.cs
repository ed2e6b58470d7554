using System.Net;
using Microsoft.Extensions.Configuration;
using ServerLib.Hosting;
using ServerLib.Transport;

namespace ServerLib;

/// <summary>
/// The server's settings. They are validated when the server starts, and each default suits an unattended server on the internet.
/// <c>AddServerLib(configuration)</c> binds them from the section <see cref="SectionName"/>.
/// </summary>
public sealed class ServerOptions
{
    /// <summary>The configuration section of these options: <c>ServerLib</c>.</summary>
    public const string SectionName = "ServerLib";

    /// <summary>The name under which the server sends its own messages: <c>SERVER</c>. No user can have it.</summary>
    public const string ServerName = "SERVER";

    private const string RoomGreeting = "You are in the chat room. What you type goes to everyone here";
    private const string DefaultGreeting = $"{RoomGreeting}; type 'disconnect' to leave.";

    /// <summary>
    /// The IP address to listen on (SERVER). Default <c>127.0.0.1</c>. <c>0.0.0.0</c> listens on all IPv4 addresses of this machine,
    /// <c>::</c> on all IPv4 and IPv6 addresses.
    /// </summary>
    [NeedsRestart]
    public string Server { get; set; } = "127.0.0.1";

    /// <summary>The TCP port to listen on (PORT), 0 to 65535. Default 8080. 0 picks a free port.</summary>
    [NeedsRestart]
    public int Port { get; set; } = 8080;

    /// <summary>
    /// The end points to listen on. They replace <see cref="Server"/> and <see cref="Port"/>, which must not be set then. Default none: one
    /// end point with that address and port.
    /// </summary>
    [NeedsRestart]
    public IList<ServerEndpoint> Endpoints { get; } = [];

    /// <summary><see cref="Server"/> and <see cref="Port"/> together (SERVER_SOCKET).</summary>
    /// <exception cref="FormatException"><see cref="Server"/> is not an IP address.</exception>
    public IPEndPoint ServerSocket => new(IPAddress.Parse(Server), Port);

    /// <summary>The length of the listen queue (MAX_CLIENTS), 1 to 65535. Default 512.</summary>
    [NeedsRestart]
    public int MaxClients { get; set; } = 512;

    /// <summary>
    /// The text that a classic client sends to leave (DISCONNECT_MSG), including the line end. Default <c>disconnect\n</c>.
    /// </summary>
    public string DisconnectMessage { get; set; } = "disconnect\n";

    /// <summary>
    /// The text that a client gets after its login (SERVER_GREETING), at most 4,000 bytes of UTF-8. A classic client gets it on the line
    /// after <c>Welcome {alias}</c>. The default describes the chat room; its part about <c>disconnect</c> is sent to classic clients only.
    /// </summary>
    public string ServerGreeting { get; set; } = DefaultGreeting;

    /// <summary>
    /// The folder for accounts, keys and logs. The server creates it so that only its owner can read it. Default <c>serverlib-data</c> in
    /// the current directory.
    /// </summary>
    [NeedsRestart]
    public string DataDirectory { get; set; } = "serverlib-data";

    /// <summary>How the server waits for data. Default <see cref="TransportKind.Automatic"/>.</summary>
    [NeedsRestart]
    public TransportKind Transport { get; set; } = TransportKind.Automatic;

    /// <summary>The number of event loops, if the transport uses them. Default 0: half the number of cores, at least one.</summary>
    [NeedsRestart]
    public int EventLoops { get; set; }

    /// <summary>
    /// The time limit of a shutdown, which tells the clients, sends what is queued, and logs the users off. Default 10 seconds.
    /// </summary>
    [NeedsRestart]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The size in bits of the RSA key that the first start creates, 2048 to 8192. Default 2048.</summary>
    [NeedsRestart]
    public int ServerKeySize { get; set; } = 2048;

    /// <summary>
    /// Handler calls that take at least this long get a span in the activity source <c>ServerLib</c>, if somebody listens to it. Default
    /// 100 ms.
    /// </summary>
    public TimeSpan SlowHandlerThreshold { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// User names, addresses and ranges (<c>203.0.113.0/24</c>, <c>2001:db8::/64</c>) that are always banned. A name that looks like an
    /// address has the prefix <c>name:</c>. Default none. <see cref="IServerControl.BanAsync"/> adds bans while the server runs.
    /// </summary>
    public IList<string> Bans { get; } = [];

    /// <summary>How many connections, messages and bytes the server accepts.</summary>
    public ServerLimits Limits { get; } = new();

    /// <summary>Rules for logins and registrations.</summary>
    public LoginOptions Login { get; } = new();

    /// <summary>The rules for new passwords.</summary>
    [NeedsRestart]
    public NewPasswordOptions Passwords { get; } = new();

    /// <summary>How passwords are hashed.</summary>
    [NeedsRestart]
    public PasswordHashingOptions PasswordHashing { get; } = new();

    /// <summary>Sessions that survive a lost connection.</summary>
    [NeedsRestart]
    public SessionOptions Sessions { get; } = new();

    /// <summary>Certificates of the server and of clients.</summary>
    public ServerTlsOptions Tls { get; } = new();

    /// <summary>The activity log.</summary>
    [NeedsRestart]
    public ActivityLogOptions ActivityLog { get; } = new();

    /// <summary>The audit trail.</summary>
    [NeedsRestart]
    public AuditTrailOptions Audit { get; } = new();

    /// <summary>
    /// Finds unknown names and values of the wrong type in one source of configuration, such as a file, so that an error message can name
    /// the source. Ranges of values are not checked; the server validates them when it starts.
    /// </summary>
    /// <param name="section">The section that holds the options.</param>
    /// <returns>One sentence for each problem; empty when there is none.</returns>
    public static IReadOnlyList<string> FindProblems(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return ServerOptionsBinder.FindProblems(section);
    }

    /// <summary>All options with their values, to be shown to an admin. Secrets are masked.</summary>
    public IReadOnlyList<OptionValue> ToValues() => [.. OptionValues.Of(this)];

    /// <summary>
    /// Finds settings that are valid but unusual, such as open registration on a public address. It reads the files that the options name.
    /// </summary>
    /// <returns>One sentence for each setting, which begins with the option's name.</returns>
    public IReadOnlyList<string> FindUnusual() => [.. UnusualOptions.Of(this, DateTimeOffset.UtcNow, DescriptorLimit.Current)];

    /// <summary>
    /// Finds the files that the options name and that this user cannot use, such as a certificate without a private key. The server would not
    /// start with them.
    /// </summary>
    /// <returns>One sentence for each file, which begins with the option's name; empty when there is none.</returns>
    public IReadOnlyList<string> FindUnusableFiles() => [.. UnusableFiles.Of(this)];

    /// <summary>The IP addresses of all end points.</summary>
    internal IEnumerable<IPAddress> ListenAddresses => Endpoints.Count == 0
        ? [IPAddress.Parse(Server)]
        : Endpoints.Select(endpoint => endpoint.ListenAddress).OfType<IPAddress>();

    /// <summary>The greeting for compact clients, for which the disconnect message is a message like any other.</summary>
    internal string CompactGreeting => ServerGreeting == DefaultGreeting ? $"{RoomGreeting}." : ServerGreeting;
}
