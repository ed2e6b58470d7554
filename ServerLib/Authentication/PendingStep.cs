using ServerLib.Connections;

namespace ServerLib.Authentication;

/// <summary>Ends a login that is right, but whose account was changed, locked or removed while it was checked.</summary>
internal sealed class PendingStep(PendingLogins pending) : ILoginStep
{
    public async ValueTask<LoginResult> AuthenticateAsync(
        LoginContext context, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next, CancellationToken cancellationToken)
    {
        if (context.Credentials.IsConfirmation)
            return await next(context, cancellationToken).ConfigureAwait(false);
        PendingLogin login = pending.Begin(context.Client);
        try
        {
            LoginResult result = await next(context, cancellationToken).ConfigureAwait(false);
            if (result.IsOk)
                Commit(context, login, result.Alias!);
            return result;
        }
        finally
        {
            if (context.Pending is null)
                login.Dispose();
        }
    }

    private static void Commit(LoginContext context, PendingLogin login, string alias)
    {
        context.Pending = login;
        if (login.TryCommit(alias) is var reason and not DisconnectReason.None)
        {
            context.IsInvalidated = true;
            context.Client.End(reason);
        }
    }
}
