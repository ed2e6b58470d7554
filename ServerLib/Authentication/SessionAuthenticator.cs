using ServerLib.Auditing;
using ServerLib.Connections;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// Lets one connection's user in, unless he is in too often already, or comes and goes too often. That is looked at only once it is clear
/// that it is him: nobody else learns of it. His other sessions are not touched.
/// </summary>
internal sealed class SessionAuthenticator(
    Connection client, IAuthenticator authenticator, UserSessions sessions, LoginRateLimiter pace, ConnectionLease lease, RefusalTrail refusals)
    : IAuthenticator
{
    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        LoginResult result = await authenticator.AuthenticateAsync(credentials, cancellationToken).ConfigureAwait(false);
        if (!result.IsOk)
            return result;
        string name = result.Alias ?? credentials.Username;
        if (sessions.TryBegin(name) is not { } session)
        {
            refusals.Login(name, credentials.Address, "too many sessions");
            return new LoginResult(LoginCode.Refused) { Text = "You are logged in too often already: end another session first." };
        }

        if (!pace.TryAcquire(session.User, out TimeSpan wait))
        {
            sessions.End(session);
            return LoginResult.TooOften(wait);
        }

        client.Session = session;
        lease.MarkLoggedIn();
        return result;
    }
}
