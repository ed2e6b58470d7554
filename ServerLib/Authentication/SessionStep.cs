using ServerLib.Auditing;
using ServerLib.Connections;

namespace ServerLib.Authentication;

/// <summary>
/// Begins the user's session, unless there are too many or the user logs in too often. This is checked once the credentials were right,
/// so that nobody else learns of it. Other sessions of the user are not affected.
/// </summary>
/// <param name="sessions">Counts each user's sessions.</param>
/// <param name="rate">Limits how often a user logs in.</param>
/// <param name="refusals">Records refused logins.</param>
/// <param name="resumable">Has the sessions that wait for their clients, and make room for others; <see langword="null"/> if there are none.</param>
/// <param name="probe">Ends the dead sessions of a user, so that the next attempt finds room.</param>
internal sealed class SessionStep(UserSessions sessions, LoginRateLimiter rate, RefusalTrail refusals, ResumableSessions? resumable, Action<string> probe) : ILoginStep
{
    public async ValueTask<LoginResult> AuthenticateAsync(
        LoginContext context, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next, CancellationToken cancellationToken)
    {
        LoginResult result = await next(context, cancellationToken).ConfigureAwait(false);
        if (!result.IsOk || context.Lease is not { } lease)
            return result;
        string name = result.Alias!;
        bool hasRoom = lease.HasRoom;
        UserSession? session = hasRoom ? sessions.TryBegin(name) : null;
        if (session is null && resumable?.EndOldestOf(name) is { } ended)
        {
            await ended.WaitAsync(cancellationToken).ConfigureAwait(false);
            session = sessions.TryBegin(name);
        }
        else if (!hasRoom)
        {
            refusals.Login(name, context.Credentials.Address, "server full");
            return LoginResult.ServerFull();
        }

        if (session is null)
        {
            refusals.Login(name, context.Credentials.Address, "too many sessions");
            probe(name);
            context.HasTooManySessions = true;
            return LoginResult.TooManySessions(SessionProbe.Deadline + TimeSpan.FromSeconds(1));
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
