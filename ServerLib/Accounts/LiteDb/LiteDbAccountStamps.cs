using ServerLib.Files;

namespace ServerLib.Accounts;

/// <summary>Security stamps in the user database.</summary>
internal sealed class LiteDbAccountStamps(LiteDbDataSource source, LoginRecords records) : IAccountStamps
{
    public async ValueTask<Guid?> GetStampAsync(string username, CancellationToken cancellationToken = default) =>
        await source.FindAsync(username, cancellationToken).ConfigureAwait(false) is { IsLocked: false } user ? user.Stamp : null;

    public async ValueTask<LoginResult> AuthenticateStampAsync(Credentials credentials, Guid stamp, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        try
        {
            if (await source.FindAsync(credentials.Username, cancellationToken).ConfigureAwait(false) is not { } user)
                return Failure(LoginProblem.NoSuchUser);
            records.Add(LoginRecord.Attempt(user, AddressText.From(credentials.Address)));
            if (user.IsLocked)
                return Failure(LoginProblem.Locked);
            return user.Stamp == stamp ? LoginResult.Ok(user.Name) : Failure(LoginProblem.TicketRevoked);
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }

        static LoginResult Failure(string problem) => new(LoginCode.Failure) { Detail = problem };
    }

    public async ValueTask<bool> ChangeStampAsync(string username, CancellationToken cancellationToken = default)
    {
        string key = LiteDbDataSource.KeyOf(username) ?? "";
        return await source.RunAsync(
            store =>
            {
                if (store.Find(key) is not { } user)
                    return false;
                user.ChangeStamp();
                store.Update(user);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }
}
