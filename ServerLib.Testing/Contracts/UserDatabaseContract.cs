using ServerLib.Testing.Contracts;

namespace ServerLib.Testing;

/// <summary>
/// The contract of <see cref="IUserDatabase"/>: registrations and logins. <see cref="UserStatisticsContract"/> covers the methods that have a
/// default.
/// </summary>
/// <remarks>
/// <see cref="Rules"/> is a source of test data for MSTest, xUnit and NUnit. Each rule is a sentence, and the only argument of the test. A
/// rule that is broken throws a <see cref="ContractException"/>. A call that does not complete within a minute breaks its rule, too.
/// </remarks>
public static class UserDatabaseContract
{
    private static readonly AccountContract Contract = new(nameof(UserDatabaseContract), typeof(UserDatabaseRules));

    /// <summary>The rules, as test data: one array for each rule, which contains its name.</summary>
    public static IEnumerable<object[]> Rules => Contract.Rules;

    /// <summary>Verifies one rule.</summary>
    /// <param name="rule">The rule, one of <see cref="Rules"/>.</param>
    /// <param name="create">
    /// Creates the implementation with this clock, without any data. The clock is a <c>FakeTimeProvider</c>, which the rules advance.
    /// </param>
    /// <exception cref="ContractException">The implementation breaks the rule.</exception>
    /// <exception cref="ArgumentException">There is no such rule.</exception>
    public static Task VerifyAsync(string rule, Func<TimeProvider, ValueTask<AccountServices>> create) => Contract.VerifyAsync(rule, create);

    /// <summary>Verifies all rules, and reports all that are broken.</summary>
    /// <param name="create">
    /// Creates the implementation with this clock, without any data. It is called once for each rule. The clock is a
    /// <c>FakeTimeProvider</c>, which the rules advance.
    /// </param>
    /// <exception cref="ContractException">The implementation breaks a rule.</exception>
    public static Task VerifyAllAsync(Func<TimeProvider, ValueTask<AccountServices>> create) => Contract.VerifyAllAsync(create);
}
