using ServerLib.Auditing;
using ServerLib.Connections;

namespace ServerLib.Authentication;

/// <summary>
/// Begins the user's session, unless there are too many or the user logs in too often. This is checked once the credentials were right,
/// so that nobody else learns of it. Other sessions of the user are not affected.
/// </summary>
internal sealed class SessionStep(UserSessions sessions, LoginRateLimiter rate, RefusalTrail refusals) : ILoginStep
{
    public async ValueTask<LoginResult> AuthenticateAsync(
        LoginContext context, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next, CancellationToken cancellationToken)
    {
        LoginResult result = await next(context, cancellationToken).ConfigureAwait(false);
        if (!result.IsOk || context.Lease is not { } lease)
            return result;
        string name = result.Alias!;
        if (sessions.TryBegin(name) is not { } session)
        {
            refusals.Login(name, context.Credentials.Address, "too many sessions");
            return LoginResult.Refused("You are logged in too often already: end another session first.");
        }

        if (!rate.TryAcquire(session.User, out TimeSpan wait))
        {
            session.Dispose();
            context.IsTooOften = true;
            return LoginResult.TooOften(wait);
        }

        context.Client.Rate.Share(session.Frames);
        lease.MarkLoggedIn(session);
        return result;
    }
}
