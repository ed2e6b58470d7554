using Microsoft.Extensions.Time.Testing;

namespace ServerLib.Testing.Contracts;

/// <summary>A contract of accounts.</summary>
/// <param name="name">The contract's name.</param>
/// <param name="rules">The classes with the rules.</param>
internal sealed class AccountContract(string name, params Type[] rules)
{
    // Databases may store times in milliseconds.
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private readonly ContractRules<AccountScene> _rules = new(name, rules);

    public IEnumerable<object[]> Rules => _rules.Rules;

    public Task VerifyAsync(string rule, Func<TimeProvider, ValueTask<AccountServices>> create) => _rules.VerifyAsync(rule, Scene(create));

    public Task VerifyAllAsync(Func<TimeProvider, ValueTask<AccountServices>> create) => _rules.VerifyAllAsync(Scene(create));

    private static Func<ValueTask<AccountScene>> Scene(Func<TimeProvider, ValueTask<AccountServices>> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return async () =>
        {
            var time = new FakeTimeProvider(Start);
            return new AccountScene(await create(time).ConfigureAwait(false), time);
        };
    }
}
