using ServerLib.Testing.Contracts;

namespace ServerLib.Testing;

/// <summary>
/// The contract of accounts that outlive the server: a user database with <see cref="IUserAdministration"/>, <see cref="IUserKeys"/>,
/// <see cref="IAccountStamps"/> and <see cref="IBanDatabase"/> that stores what they change, and <see cref="IAccountTransfer"/> if there is one.
/// </summary>
/// <inheritdoc cref="UserDatabaseContract" path="/remarks"/>
public static class StoredAccountsContract
{
    private static readonly ContractRules<StoredScene> Contract = new(nameof(StoredAccountsContract), typeof(StoredAccountsRules));

    /// <inheritdoc cref="UserDatabaseContract.Rules"/>
    public static IEnumerable<object[]> Rules => Contract.Rules;

    /// <inheritdoc cref="UserDatabaseContract.VerifyAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="rule">The rule, one of <see cref="Rules"/>.</param>
    /// <param name="open">
    /// Opens the accounts with this clock: the same data each time that a rule calls it, and no data the first time. A rule disposes them before it
    /// opens them again.
    /// </param>
    public static Task VerifyAsync(string rule, Func<TimeProvider, ValueTask<AccountServices>> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        return Contract.VerifyAsync(rule, () => new(new StoredScene(open)));
    }
}
