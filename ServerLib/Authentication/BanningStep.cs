using ServerLib.Auditing;
using ServerLib.Bans;

namespace ServerLib.Authentication;

/// <summary>
/// Refuses banned users, once their credentials were right. An earlier answer would tell anybody which names exist. A banned name
/// without an account is not registered.
/// </summary>
internal sealed class BanningStep(BanList bans, RefusalTrail refusals) : ILoginStep
{
    public async ValueTask<LoginResult> AuthenticateAsync(
        LoginContext context, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next, CancellationToken cancellationToken)
    {
        Credentials credentials = context.Credentials;
        if (bans.Find(credentials.Username) is not null)
            context.MayRegister = false;
        LoginResult result = await next(context, cancellationToken).ConfigureAwait(false);
        if (!result.IsOk || bans.Find(result.Alias!) is not { } ban)
            return result;
        refusals.Login(result.Alias!, credentials.Address, "banned");
        return new LoginResult(LoginCode.Banned, RetryAfter: bans.Remaining(ban)) { Text = ban.Notice };
    }
}
