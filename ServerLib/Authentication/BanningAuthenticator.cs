using ServerLib.Auditing;
using ServerLib.Bans;

namespace ServerLib.Authentication;

/// <summary>
/// Refuses whoever is banned by name, once his password was right. To anyone else a banned name is what it was before: an answer without a
/// password would tell a stranger which names there are. A banned name that is nobody's is not registered.
/// </summary>
internal sealed class BanningAuthenticator(
    IAuthenticator authenticator, BanList bans, TimeProvider time, RefusalTrail refusals) : IAuthenticator
{
    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        if (bans.Find(credentials.Username) is not null)
            credentials.MayRegister = false;
        LoginResult result = await authenticator.AuthenticateAsync(credentials, cancellationToken).ConfigureAwait(false);
        string name = result.Alias ?? credentials.Username;
        if (!result.IsOk || bans.Find(name) is not { } ban)
            return result;
        refusals.Login(name, credentials.Address, "banned");
        return new LoginResult(LoginCode.Banned, RetryAfter: ban.Until - time.GetUtcNow()) { Text = ban.Notice };
    }
}
