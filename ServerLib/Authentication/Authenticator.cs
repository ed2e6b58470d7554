using ServerLib.Auditing;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>
/// Says who a client is by what the database knows: a known name needs its password; an unknown one is registered by its first
/// login where <see cref="LoginOptions.Registration"/> is open, or the login brings an invitation that is asked for.
/// Where the database has keys (<see cref="IUserKeys"/>), a key of a known name does instead of its password; nobody is registered by key.
/// </summary>
/// <param name="database">The accounts.</param>
/// <param name="options">Who may register, and which names nobody can take.</param>
/// <param name="rules">What a new password has to be. Default what <paramref name="options"/> say.</param>
/// <param name="guesses">Counts who registers how much. Default none: there is no limit.</param>
/// <exception cref="ServerLibException">The file that <see cref="NewPasswordOptions.DeniedFile"/> names can't be read.</exception>
public sealed class Authenticator(
    IUserDatabase database, ServerOptions options, PasswordRules? rules = null, LoginThrottle? guesses = null) : IAuthenticator
{
    private readonly PasswordRules _rules = rules ?? PasswordRules.Load(options);

    /// <inheritdoc/>
    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        if (credentials.Password.Length == 0 && !credentials.IsByKey)
            return new LoginResult(LoginCode.Refused);
        if (ForbiddenBy(credentials.Username, options) is { } reason)
            return new LoginResult(LoginCode.Refused) { Text = reason };
        if (credentials.IsByKey)
        {
            return database is IUserKeys keys
                ? await keys.AuthenticateKeyAsync(credentials, cancellationToken).ConfigureAwait(false)
                : new LoginResult(LoginCode.Failure);
        }

        try
        {
            if (credentials is { MayRegister: true, IsConfirmation: false }
                && await RegistrationAsync(credentials, cancellationToken).ConfigureAwait(false) is { } register)
            {
                if ((BrokenBy(credentials.Username) ?? _rules.Broken(credentials.Password)) is { } rule)
                    return new LoginResult(LoginCode.Refused) { Text = rule };
                LoginResult created = await RegisterAsync(register, credentials, cancellationToken).ConfigureAwait(false);
                if (created.Code != LoginCode.Failure)
                    return created;

                // Somebody else took the name or the invitation meanwhile: then the name is known, and needs its password.
            }
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }

        return await database.AuthenticateUserAsync(credentials, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// How the name is to be registered; <see langword="null"/> when it is not. Without a code that is good, nothing that follows tells
    /// an unknown name from a known one.
    /// </summary>
    private async ValueTask<Func<Credentials, CancellationToken, ValueTask<LoginResult>>?> RegistrationAsync(
        Credentials credentials, CancellationToken cancellationToken)
    {
        switch (options.Login.Registration)
        {
            case RegistrationPolicy.Open:
                return await IsKnownAsync().ConfigureAwait(false) ? null : database.CreateNewUserAsync;
            case RegistrationPolicy.Invitation when credentials.Invitation is { } code && database is IUserAdministration accounts:
                return await accounts.IsInvitedAsync(code, cancellationToken).ConfigureAwait(false)
                    && !await IsKnownAsync().ConfigureAwait(false)
                    ? accounts.CreateInvitedUserAsync
                    : null;
            default:
                return null;
        }

        ValueTask<bool> IsKnownAsync() => database.HasUserAsync(credentials.Username, cancellationToken);
    }

    private async ValueTask<LoginResult> RegisterAsync(
        Func<Credentials, CancellationToken, ValueTask<LoginResult>> register, Credentials credentials, CancellationToken cancellationToken)
    {
        TimeSpan wait = default;
        if (guesses?.Registrations.TryAcquire(credentials.Address, out wait) == false)
            return LoginResult.TooManyRegistered(wait);
        bool isCreated = false;
        try
        {
            LoginResult created = await register(credentials, cancellationToken).ConfigureAwait(false);
            isCreated = created.IsOk;
            return created;
        }
        finally
        {
            if (!isCreated)
                guesses?.Registrations.Refund(credentials.Address);
        }
    }

    /// <summary>
    /// Which rule the name of a new account breaks, beside those of <see cref="IsAllowed"/>, as its owner is told;
    /// <see langword="null"/> when none. Who has such a name already goes on logging in.
    /// </summary>
    internal static string? BrokenBy(string username)
    {
        if (ActorNames.All.Any(reserved => UserName.Same(username, reserved)))
            return Reserved(username);
        return UserName.IsDrawn(username) ? null : "A name has only characters that can be seen, and no mark without a letter before it.";
    }

    /// <summary>Whether an account may have this name, and be logged in to.</summary>
    internal static bool IsAllowed(string username, ServerOptions options) => ForbiddenBy(username, options) is null;

    /// <summary>Which rule for all names this one breaks, as the client is told; <see langword="null"/> when none.</summary>
    private static string? ForbiddenBy(string username, ServerOptions options)
    {
        if (!UserName.IsValid(username))
            return UserName.Rule;
        return UserName.Same(username, ServerOptions.ServerName) || options.Login.ReservedNames.Any(reserved => UserName.Same(username, reserved))
            ? Reserved(username)
            : null;
    }

    private static string Reserved(string username) => $"The name {username} is reserved.";
}
