using ServerLib.Testing.Contracts;

namespace ServerLib.Testing;

/// <summary>
/// The contract of accounts that several servers use at the same time: a user database with <see cref="IUserAdministration"/>,
/// <see cref="IUserKeys"/>, <see cref="IAccountStamps"/> and <see cref="IBanDatabase"/>.
/// </summary>
/// <inheritdoc cref="UserDatabaseContract" path="/remarks"/>
public static class SharedAccountsContract
{
    private static readonly ContractRules<SharedScene> Contract = new(nameof(SharedAccountsContract), typeof(SharedAccountsRules));

    /// <inheritdoc cref="UserDatabaseContract.Rules"/>
    public static IEnumerable<object[]> Rules => Contract.Rules;

    /// <inheritdoc cref="UserDatabaseContract.VerifyAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="rule">The rule, one of <see cref="Rules"/>.</param>
    /// <param name="open">
    /// Opens the accounts with this clock. A rule calls it twice, once for each server: both get the same data, and no data at first.
    /// </param>
    public static Task VerifyAsync(string rule, Func<TimeProvider, ValueTask<AccountServices>> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        return Contract.VerifyAsync(rule, () => SharedScene.OpenAsync(open));
    }
}
