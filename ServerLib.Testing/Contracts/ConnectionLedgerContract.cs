using ServerLib.Testing.Contracts;

namespace ServerLib.Testing;

/// <summary>The contract of <see cref="IConnectionLedger"/>.</summary>
/// <inheritdoc cref="UserDatabaseContract" path="/remarks"/>
public static class ConnectionLedgerContract
{
    private static readonly ContractRules<LedgerScene> Contract = new(nameof(ConnectionLedgerContract), typeof(ConnectionLedgerRules));

    /// <inheritdoc cref="UserDatabaseContract.Rules"/>
    public static IEnumerable<object[]> Rules => Contract.Rules;

    /// <inheritdoc cref="UserDatabaseContract.VerifyAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="rule">The rule, one of <see cref="Rules"/>.</param>
    /// <param name="create">Creates an empty ledger. It is disposed if it is disposable.</param>
    public static Task VerifyAsync(string rule, Func<IConnectionLedger> create) => Contract.VerifyAsync(rule, Scene(create));

    /// <inheritdoc cref="UserDatabaseContract.VerifyAllAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="create">Creates an empty ledger. It is called once for each rule. The ledger is disposed if it is disposable.</param>
    public static Task VerifyAllAsync(Func<IConnectionLedger> create) => Contract.VerifyAllAsync(Scene(create));

    private static Func<ValueTask<LedgerScene>> Scene(Func<IConnectionLedger> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return () => new(new LedgerScene(create()));
    }
}
