using ServerLib.Accounts;
using ServerLib.PostgreSql.Statistics;

namespace ServerLib.PostgreSql;

/// <summary>Security stamps.</summary>
internal sealed class PostgreSqlAccountStamps(PostgreSqlSource source, PostgreSqlStatistics statistics) : IAccountStamps
{
    private const string Change =
        """
        UPDATE serverlib.accounts SET stamp = gen_random_uuid() WHERE key = @key
        """;

    public async ValueTask<Guid?> GetStampAsync(string username, CancellationToken cancellationToken = default) =>
        await StoredAccount.FindAsync(source, username, cancellationToken).ConfigureAwait(false) is { IsLocked: false } account
            ? account.Stamp
            : null;

    public async ValueTask<LoginResult> AuthenticateStampAsync(Credentials credentials, Guid stamp, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        try
        {
            if (await StoredAccount.FindAsync(source, credentials.Username, cancellationToken).ConfigureAwait(false) is not { } account)
                return Failure(LoginProblem.NoSuchUser);
            statistics.AddAttempt(account, StoredText.From(credentials.Address));
            if (account.IsLocked)
                return Failure(LoginProblem.Locked);
            return account.Stamp == stamp ? LoginResult.Ok(account.Name) : Failure(LoginProblem.TicketRevoked);
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }

        static LoginResult Failure(string problem) => new(LoginCode.Failure) { Detail = problem };
    }

    public async ValueTask<bool> ChangeStampAsync(string username, CancellationToken cancellationToken = default)
    {
        string key = AccountKey.ToFind(username);
        return await source.RunAsync(
            async (connection, token) => await connection.Command(Change, ("key", key)).ExecuteAsync(token).ConfigureAwait(false) == 1,
            cancellationToken).ConfigureAwait(false);
    }
}
