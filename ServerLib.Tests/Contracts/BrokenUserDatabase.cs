using ServerLib.Testing;

namespace ServerLib.Tests.Contracts;

/// <summary>A user database with the mistakes that a contract must find. By default, it does what <see cref="InMemoryUserDatabase"/> does.</summary>
internal sealed class BrokenUserDatabase(TimeProvider time) : IUserDatabase
{
    private readonly InMemoryUserDatabase _right = new(time);

    /// <summary>Changes a name before it is looked for or added.</summary>
    public Func<string, string> Name { get; init; } = name => name;

    public bool IgnoresCancellation { get; init; }

    /// <summary>A registration looks for the name, waits for this, and adds the account in a second step.</summary>
    public Func<Task>? BetweenSteps { get; init; }

    public ValueTask<bool> HasUserAsync(string username, CancellationToken cancellationToken = default) =>
        _right.HasUserAsync(Name(username), Token(cancellationToken));

    public async ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        if (BetweenSteps is null)
            return await _right.CreateNewUserAsync(With(credentials), Token(cancellationToken));
        if (await HasUserAsync(credentials.Username, cancellationToken))
            return new LoginResult(LoginCode.Failure);
        await BetweenSteps();
        await _right.RemoveAccountAsync(credentials.Username, cancellationToken);
        await _right.CreateNewUserAsync(credentials, cancellationToken);
        return LoginResult.Ok(credentials.Username);
    }

    public async ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
        await _right.AuthenticateUserAsync(With(credentials), Token(cancellationToken));

    private Credentials With(Credentials credentials) => new(Name(credentials.Username), credentials.Password, credentials.Address);

    private CancellationToken Token(CancellationToken cancellationToken) => IgnoresCancellation ? CancellationToken.None : cancellationToken;
}
