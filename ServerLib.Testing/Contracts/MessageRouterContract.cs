using ServerLib.Testing.Contracts;

namespace ServerLib.Testing;

/// <summary>The contract of <see cref="IMessageRouter"/>: messages, groups, who is online, and events.</summary>
/// <inheritdoc cref="UserDatabaseContract" path="/remarks"/>
public static class MessageRouterContract
{
    private static readonly ContractRules<RouterScene> Contract = new(
        nameof(MessageRouterContract), typeof(MessageRouterRules), typeof(RouterGroupRules), typeof(RouterEventRules));

    /// <inheritdoc cref="UserDatabaseContract.Rules"/>
    public static IEnumerable<object[]> Rules => Contract.Rules;

    /// <inheritdoc cref="UserDatabaseContract.VerifyAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="rule">The rule, one of <see cref="Rules"/>.</param>
    /// <param name="start">
    /// Starts a server with the router. If it is called several times, the servers act as one. Users must be able to register at each of them.
    /// </param>
    /// <param name="servers">How many servers to start, 1 or more. The users are spread over them. Default one.</param>
    public static Task VerifyAsync(string rule, Func<Task<TestServer>> start, int servers = 1) => Contract.VerifyAsync(rule, Scene(start, servers));

    /// <inheritdoc cref="UserDatabaseContract.VerifyAllAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="start">
    /// Starts a server with the router. If it is called several times for a rule, the servers act as one. Users must be able to register at
    /// each of them.
    /// </param>
    /// <param name="servers">How many servers to start, 1 or more. The users are spread over them. Default one.</param>
    public static Task VerifyAllAsync(Func<Task<TestServer>> start, int servers = 1) => Contract.VerifyAllAsync(Scene(start, servers));

    private static Func<ValueTask<RouterScene>> Scene(Func<Task<TestServer>> start, int servers)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentOutOfRangeException.ThrowIfLessThan(servers, 1);
        return () => RouterScene.StartAsync(start, servers);
    }
}
