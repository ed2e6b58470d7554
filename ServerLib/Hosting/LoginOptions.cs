using ServerLib.Hosting;

namespace ServerLib;

/// <summary>Controls who may log in and register, and how (configuration section <c>ServerLib:Login</c>).</summary>
public sealed class LoginOptions
{
    /// <summary>The time limit from accept to the end of the login, more than zero. Default 2 minutes.</summary>
    public TimeSpan GraceTime { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>The maximum number of login attempts on one connection, 1 or more. Default 5.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>
    /// The number of logins of one address that the server checks at once, 1 to 10,000. Further logins of the address wait, and count
    /// towards <see cref="ServerLimits.MaxUnauthenticatedPerAddress"/>. With a larger number, an address can guess more passwords before
    /// its penalty begins. With a smaller number and a slow authenticator, many users behind one address log in slowly. Addresses in
    /// <see cref="PenaltyExempt"/> do not wait. Default 3.
    /// </summary>
    public int MaxConcurrentPerAddress { get; set; } = 3;

    /// <summary>
    /// The number of answers <see cref="LoginCode.Busy"/> after which a connection is closed, 1 or more. Default 20.
    /// </summary>
    public int MaxBusyAnswers { get; set; } = 20;

    /// <summary>
    /// Which clients may send passwords without TLS. Default <see cref="PlaintextPolicy.LoopbackOnly"/>. Behind a proxy or tunnel on this
    /// machine, every client seems to be local. In this case use <see cref="PlaintextPolicy.Never"/>, unless the connections to the proxy
    /// are encrypted.
    /// </summary>
    public PlaintextPolicy Plaintext { get; set; } = PlaintextPolicy.LoopbackOnly;

    /// <summary>
    /// How long a ticket is valid, 1 minute to 1 day. With a ticket, a client logs in again without a password hash, also after a restart of
    /// the server. A connected client gets a new one at half of this time. Zero turns tickets off. Default 10 minutes.
    /// </summary>
    [NeedsRestart]
    public TimeSpan TicketLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long after a login by password or key the server issues tickets, 1 minute to 3,650 days. After that, the client must log in by
    /// password or key again. Default 30 days.
    /// </summary>
    [NeedsRestart]
    public TimeSpan MaxTicketAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Controls who may register. Default <see cref="RegistrationPolicy.Open"/>: the first login with a name registers it.
    /// </summary>
    public RegistrationPolicy Registration { get; set; } = RegistrationPolicy.Open;

    /// <summary>The number of accounts that one address may register per hour, also by invitation, 1 to 1,000,000. Default 10.</summary>
    public int MaxRegistrationsPerAddress { get; set; } = 10;

    /// <summary>Names that no user can have, in addition to <c>SERVER</c>, <c>console</c> and <c>configuration</c>. Default none.</summary>
    public IList<string> ReservedNames { get; } = [];

    /// <summary>
    /// Addresses and ranges (<c>203.0.113.0/24</c>) that get no penalties and may register any number of accounts. By default, this also
    /// applies to loopback addresses (<see cref="ServerLimits.ExemptLoopback"/>). Default none.
    /// </summary>
    public IList<string> PenaltyExempt { get; } = [];

    /// <summary>
    /// Addresses and ranges (<c>10.0.0.0/8</c>) of load balancers and monitors that check whether the port is open. A connection from there
    /// that sends nothing gets no penalty and no line in the activity log. All limits and other penalties still apply. Default none.
    /// </summary>
    public IList<string> HealthCheckAddresses { get; } = [];

    /// <summary>
    /// The number of bits of an IPv4 address that identify a client for penalties and registrations, 8 to 32. Default 32: each address
    /// counts on its own. For IPv6 the number is always 64.
    /// </summary>
    [NeedsRestart]
    public int PenaltyIPv4Prefix { get; set; } = 32;

    /// <summary><see cref="Registration"/> in the words of the protocol's HELLO frame.</summary>
    internal string RegistrationName => Registration switch
    {
        RegistrationPolicy.Open => "open",
        RegistrationPolicy.Invitation => "invitation",
        _ => "closed",
    };
}
