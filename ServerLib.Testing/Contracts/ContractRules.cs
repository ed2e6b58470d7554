using System.Reflection;

namespace ServerLib.Testing.Contracts;

/// <summary>The rules of a contract: the public methods of some static classes. A method's name is the rule, with underscores for spaces.</summary>
/// <typeparam name="T">What the methods get: the implementation, and what a rule needs besides.</typeparam>
internal sealed class ContractRules<T>
    where T : IAsyncDisposable
{
    // An implementation that hangs fails. None needs nearly as long.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly string _contract;
    private readonly KeyValuePair<string, Func<T, Task>>[] _rules;

    /// <param name="contract">The contract's name.</param>
    /// <param name="classes">The classes with the rules.</param>
    public ContractRules(string contract, params Type[] classes)
    {
        _contract = contract;
        _rules =
        [
            .. from type in classes
               from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
               orderby Array.IndexOf(classes, type), method.MetadataToken
               select KeyValuePair.Create(method.Name.Replace('_', ' '), method.CreateDelegate<Func<T, Task>>()),
        ];
    }

    /// <summary>The rules, each as the arguments of a test method.</summary>
    public IEnumerable<object[]> Rules => _rules.Select(rule => new object[] { rule.Key });

    /// <summary>Verifies one rule.</summary>
    public async Task VerifyAsync(string rule, Func<ValueTask<T>> create)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Func<T, Task> verify = _rules.FirstOrDefault(known => known.Key == rule).Value
            ?? throw new ArgumentException($"{_contract} has no rule '{rule}'.", nameof(rule));

        // On the pool, a rule depends on no synchronization context of the test framework.
        if (await Task.Run(() => FindProblemAsync(verify, create)).ConfigureAwait(false) is { } problem)
            throw Broken(rule, problem);
    }

    /// <summary>Verifies all rules, and reports all that are broken.</summary>
    public async Task VerifyAllAsync(Func<ValueTask<T>> create)
    {
        List<Exception> broken = [];
        foreach ((string rule, Func<T, Task> verify) in _rules)
        {
            if (await Task.Run(() => FindProblemAsync(verify, create)).ConfigureAwait(false) is { } problem)
                broken.Add(Broken(rule, problem));
        }

        if (broken.Count == 1)
            throw broken[0];
        if (broken.Count > 1)
        {
            string all = string.Join(Environment.NewLine, broken.Select(one => one.Message));
            throw new ContractException(
                $"{broken.Count} of {_rules.Length} rules are broken.{Environment.NewLine}{all}", new AggregateException(broken));
        }
    }

    private static async Task<Exception?> FindProblemAsync(Func<T, Task> verify, Func<ValueTask<T>> create)
    {
        try
        {
            T scene = await create().AsTask().WaitAsync(Limit).ConfigureAwait(false);
            Exception? problem = await FindProblemAsync(() => verify(scene)).ConfigureAwait(false);
            Exception? consequence = await FindProblemAsync(() => scene.DisposeAsync().AsTask()).ConfigureAwait(false);
            return problem ?? consequence;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private static async Task<Exception?> FindProblemAsync(Func<Task> step)
    {
        try
        {
            await step().WaitAsync(Limit).ConfigureAwait(false);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private ContractException Broken(string rule, Exception problem)
    {
        string what = problem switch
        {
            ContractException => problem.Message,
            TimeoutException => $"A call did not complete within {Limit.TotalSeconds:0} seconds: {problem.Message}",
            _ => $"A call threw {problem.GetType().Name}: {problem.Message}",
        };
        return new ContractException($"{_contract}: '{rule}' does not hold. {what}", problem);
    }
}
