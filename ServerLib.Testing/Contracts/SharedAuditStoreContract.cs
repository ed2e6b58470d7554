using ServerLib.Testing.Contracts;

namespace ServerLib.Testing;

/// <summary>The contract of an <see cref="IAuditStore"/> with which several servers share an audit trail.</summary>
/// <inheritdoc cref="UserDatabaseContract" path="/remarks"/>
public static class SharedAuditStoreContract
{
    private static readonly ContractRules<AuditStoreScene> Contract = new(nameof(SharedAuditStoreContract), typeof(SharedAuditStoreRules));

    /// <inheritdoc cref="UserDatabaseContract.Rules"/>
    public static IEnumerable<object[]> Rules => Contract.Rules;

    /// <inheritdoc cref="UserDatabaseContract.VerifyAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="rule">The rule, one of <see cref="Rules"/>.</param>
    /// <param name="open">
    /// Opens the store. A rule calls it twice, once for each server: both get the same records, and no records at first. The stores are disposed
    /// if they are disposable.
    /// </param>
    public static Task VerifyAsync(string rule, Func<ValueTask<IAuditStore>> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        return Contract.VerifyAsync(rule, () => AuditStoreScene.OpenAsync(open, isShared: true));
    }
}
