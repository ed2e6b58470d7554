using ServerLib.Diagnostics;

namespace ServerLib.Authentication;

/// <summary>
/// Reports each answer to a login, and exceptions of the user database. Attempts that have to wait share lines in the activity log.
/// </summary>
/// <param name="events">The server's events.</param>
/// <param name="time">The clock.</param>
internal sealed class LoggingStep(ServerEvents events, TimeProvider time) : ILoginStep
{
    public async ValueTask<LoginResult> AuthenticateAsync(
        LoginContext context, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        LoginResult result = await next(context, cancellationToken).ConfigureAwait(false);
        if (result.Failure is { } failure)
            events.LoginFailed(failure);
        else if (result.IsOk)
            events.LoginWorks();
        Credentials credentials = context.Credentials;
        if (credentials.IsConfirmation)
            return result;
        events.LoginAnswered(result.Code, time.GetElapsedTime(started));
        if (SharedReason(context, result) is { } reason)
            events.LoginRefused(credentials.Address, credentials.Username, reason);
        else if (!result.IsOk && context.IsLogged)
            events.LoginRefused(credentials.Address, credentials.Username, result);
        return result;
    }

    private static LoginRefusal? SharedReason(LoginContext context, LoginResult result) => result.Code switch
    {
        _ when result.IsRegistrationLimit => LoginRefusal.TooManyRegistrations,
        _ when context.IsTooOften => LoginRefusal.TooManyLogins,
        _ when context.HasTooManySessions => LoginRefusal.TooManySessions,
        LoginCode.Delayed => LoginRefusal.Delayed,
        LoginCode.Busy => LoginRefusal.Busy,
        _ => null,
    };
}
