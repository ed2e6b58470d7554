using ServerLib.Testing.Contracts;

namespace ServerLib.Testing;

/// <summary>
/// The contract of the methods of <see cref="IUserDatabase"/> that have a default: the statistics, and the export that
/// <see cref="IUserDatabase.AuditAsync"/> writes.
/// </summary>
/// <inheritdoc cref="UserDatabaseContract" path="/remarks"/>
public static class UserStatisticsContract
{
    private static readonly AccountContract Contract = new(nameof(UserStatisticsContract), typeof(UserStatisticsRules));

    /// <inheritdoc cref="UserDatabaseContract.Rules"/>
    public static IEnumerable<object[]> Rules => Contract.Rules;

    /// <inheritdoc cref="UserDatabaseContract.VerifyAsync"/>
    public static Task VerifyAsync(string rule, Func<TimeProvider, ValueTask<AccountServices>> create) => Contract.VerifyAsync(rule, create);

    /// <inheritdoc cref="UserDatabaseContract.VerifyAllAsync"/>
    public static Task VerifyAllAsync(Func<TimeProvider, ValueTask<AccountServices>> create) => Contract.VerifyAllAsync(create);
}
