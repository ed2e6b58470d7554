using ServerLib.Testing.Contracts;

namespace ServerLib.Testing;

/// <summary>The contract of <see cref="IAuthenticator"/>.</summary>
/// <inheritdoc cref="UserDatabaseContract" path="/remarks"/>
public static class AuthenticatorContract
{
    private static readonly ContractRules<AuthenticatorScene> Contract = new(nameof(AuthenticatorContract), typeof(AuthenticatorRules));

    /// <inheritdoc cref="UserDatabaseContract.Rules"/>
    public static IEnumerable<object[]> Rules => Contract.Rules;

    /// <inheritdoc cref="UserDatabaseContract.VerifyAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="rule">The rule, one of <see cref="Rules"/>.</param>
    /// <param name="create">Creates the authenticator. It is disposed if it is disposable.</param>
    /// <param name="userName">A user that the authenticator knows.</param>
    /// <param name="password">The user's password.</param>
    public static Task VerifyAsync(string rule, Func<ValueTask<IAuthenticator>> create, string userName, string password) =>
        Contract.VerifyAsync(rule, Scene(create, userName, password));

    /// <inheritdoc cref="UserDatabaseContract.VerifyAllAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="create">Creates the authenticator. It is called once for each rule. The authenticator is disposed if it is disposable.</param>
    /// <param name="userName">A user that the authenticator knows.</param>
    /// <param name="password">The user's password.</param>
    public static Task VerifyAllAsync(Func<ValueTask<IAuthenticator>> create, string userName, string password) =>
        Contract.VerifyAllAsync(Scene(create, userName, password));

    private static Func<ValueTask<AuthenticatorScene>> Scene(Func<ValueTask<IAuthenticator>> create, string userName, string password)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(userName);
        ArgumentNullException.ThrowIfNull(password);
        return async () => new AuthenticatorScene(await create().ConfigureAwait(false), userName, password);
    }
}
