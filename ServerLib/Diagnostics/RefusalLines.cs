using System.Collections.Frozen;

namespace ServerLib.Diagnostics;

/// <summary>The lines of the activity log that refused clients share, because clients can cause refusals without end.</summary>
internal sealed class RefusalLines
{
    /// <param name="log">The activity log.</param>
    /// <param name="time">The clock.</param>
    public RefusalLines(IStructuredLog log, TimeProvider time)
    {
        Connections = new Dictionary<DisconnectReason, SharedLine>
        {
            [DisconnectReason.Banned] = Refusals("the address is banned"),
            [DisconnectReason.Penalized] = Refusals("the address has a penalty (exempt: Login:PenaltyExempt)"),
            [DisconnectReason.ServerFull] = Refusals("the server is full (Limits:MaxConnections)"),
            [DisconnectReason.TooManyFromAddress] = Refusals("the address has too many connections (Limits:MaxConnectionsPerAddress)"),
            [DisconnectReason.TooManyUnauthenticated] = Refusals("too many connections have not logged in yet (Limits:MaxUnauthenticated)"),
            [DisconnectReason.TooManyUnauthenticatedFromAddress] =
                Refusals("too many connections of the address have not logged in yet (Limits:MaxUnauthenticatedPerAddress)"),
        }.ToFrozenDictionary();

        EndsBeforeLogin = new Dictionary<DisconnectReason, SharedLine>
        {
            [DisconnectReason.PlaintextRefused] = EachMinute(
                "logins refused because they came without TLS",
                "; use TLS, or allow them with the option Login:Plaintext or Endpoints:N:Plaintext"),
            [DisconnectReason.ProxyHeaderRefused] = EachMinute(
                "connections refused because they began with a PROXY header",
                "; if this is your proxy, add its address to the option Endpoints:N:ProxyProtocol:From"),
            [DisconnectReason.ClientCertificateRefused] = EachMinute(
                "connections refused because they had no valid client certificate",
                "; use a certificate that an authority in Tls:ClientCertificateAuthorities has issued"),
        }.ToFrozenDictionary();

        Logins = new Dictionary<LoginRefusal, SharedLine>
        {
            [LoginRefusal.Delayed] = EachMinute("logins refused because the address or account is delayed after failed logins"),
            [LoginRefusal.Busy] =
                EachMinute("logins refused because the password queue was full (PasswordHashing:QueueLength) or the database failed"),
            [LoginRefusal.TooManyRegistrations] = EachMinute(
                "registrations refused because the address has registered too many accounts (Login:MaxRegistrationsPerAddress)"),
            [LoginRefusal.TooManyLogins] = EachMinute("logins refused because the user logs in too often"),
            [LoginRefusal.TooManySessions] = EachMinute(
                "logins refused because the user has too many sessions", "; the limit is the option Limits:MaxSessionsPerUser"),
        }.ToFrozenDictionary();

        MissingProxyHeaders = EachMinute(
            "connections refused because a proxy sent no PROXY header",
            "; turn it on in the proxy, or remove its address from the option Endpoints:N:ProxyProtocol:From");

        SharedLine Refusals(string why) => Shared(TimeSpan.FromSeconds(10), "connections-refused", $"connections refused because {why}");

        SharedLine EachMinute(string events, string advice = "") => Shared(TimeSpan.FromMinutes(1), "clients-refused", events, advice);

        SharedLine Shared(TimeSpan interval, string name, string events, string advice = "") =>
            new(log, time, interval, name, (count, last) => $"[ ALERT ] {events}: {count}, the last one {last}{advice}");
    }

    /// <summary>Connections that are closed at accept.</summary>
    public FrozenDictionary<DisconnectReason, SharedLine> Connections { get; }

    /// <summary>Connections that end before their login for a reason that an admin can change.</summary>
    public FrozenDictionary<DisconnectReason, SharedLine> EndsBeforeLogin { get; }

    /// <summary>Refused logins.</summary>
    public FrozenDictionary<LoginRefusal, SharedLine> Logins { get; }

    /// <summary>Connections of a proxy without a valid PROXY header.</summary>
    public SharedLine MissingProxyHeaders { get; }
}
