using ServerLib.Testing.Contracts;

namespace ServerLib.Testing;

/// <summary>The contract of <see cref="IAuditStore"/>.</summary>
/// <inheritdoc cref="UserDatabaseContract" path="/remarks"/>
public static class AuditStoreContract
{
    private static readonly ContractRules<AuditStoreScene> Contract = new(
        nameof(AuditStoreContract), typeof(AuditStoreRules), typeof(SharedAuditStoreRules));

    /// <inheritdoc cref="UserDatabaseContract.Rules"/>
    public static IEnumerable<object[]> Rules => Contract.Rules;

    /// <inheritdoc cref="UserDatabaseContract.VerifyAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="rule">The rule, one of <see cref="Rules"/>.</param>
    /// <param name="open">
    /// Opens the store: the same records each time that a rule calls it, and no records the first time. A rule disposes the store, if it is
    /// disposable, before it opens it again.
    /// </param>
    public static Task VerifyAsync(string rule, Func<ValueTask<IAuditStore>> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        return Contract.VerifyAsync(rule, () => AuditStoreScene.OpenAsync(open, isShared: false));
    }
}
