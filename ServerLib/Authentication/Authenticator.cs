using ServerLib.Auditing;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>
/// The default authenticator. A known name needs its password or one of its keys. An unknown name is registered by its first login if
/// <see cref="LoginOptions.Registration"/> is open, or if the login brings a valid invitation where one is required. A login by key never
/// registers a name.
/// </summary>
/// <param name="database">The accounts.</param>
/// <param name="options">Who may register, and which names are reserved.</param>
/// <param name="rules">The rules for new passwords. Default those of <paramref name="options"/>.</param>
/// <param name="throttle">Counts registrations per address. Default none: there is no limit.</param>
/// <param name="keys">The accounts' keys. Default none: nobody can log in by key.</param>
/// <param name="accounts">The invitations. Default none: no invitation is valid.</param>
/// <exception cref="ServerLibException">The file in <see cref="NewPasswordOptions.DeniedFile"/> can't be read.</exception>
public sealed class Authenticator(
    IUserDatabase database,
    ServerOptions options,
    PasswordRules? rules = null,
    LoginThrottle? throttle = null,
    IUserKeys? keys = null,
    IUserAdministration? accounts = null) : IAuthenticator
{
    private readonly PasswordRules _rules = rules ?? PasswordRules.Load(options);

    /// <inheritdoc/>
    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        if (credentials.Password.Length == 0 && !credentials.IsByKey)
            return new LoginResult(LoginCode.Refused);
        if (FindLoginProblem(credentials.Username, options) is { } reason)
            return LoginResult.Refused(reason);
        if (credentials.IsByKey)
        {
            return keys is not null
                ? await keys.AuthenticateKeyAsync(credentials, cancellationToken).ConfigureAwait(false)
                : new LoginResult(LoginCode.Failure);
        }

        try
        {
            if (credentials is { MayRegister: true, IsConfirmation: false }
                && await RegistrationAsync(credentials, cancellationToken).ConfigureAwait(false) is { } register)
            {
                if ((FindRegistrationProblem(credentials.Username) ?? _rules.FindProblem(credentials.Password)) is { } rule)
                    return LoginResult.Refused(rule);
                LoginResult created = await RegisterAsync(register, credentials, cancellationToken).ConfigureAwait(false);
                if (created.Code != LoginCode.Failure)
                    return created;

                // Another login took the name or the invitation meanwhile. Now the name is known, and needs its password.
            }
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }

        return await database.AuthenticateUserAsync(credentials, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The function that registers the name; <see langword="null"/> when it is not to be registered. Without a valid invitation, nothing
    /// that follows distinguishes an unknown name from a known one.
    /// </summary>
    private async ValueTask<Func<Credentials, CancellationToken, ValueTask<LoginResult>>?> RegistrationAsync(
        Credentials credentials, CancellationToken cancellationToken)
    {
        switch (options.Login.Registration)
        {
            case RegistrationPolicy.Open:
                return await IsKnownAsync().ConfigureAwait(false) ? null : database.CreateNewUserAsync;
            case RegistrationPolicy.Invitation when credentials.Invitation is { } code && accounts is not null:
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
        if (throttle?.TryCountRegistration(credentials.Address, out wait) == false)
            return LoginResult.TooManyRegistrations(wait);
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
                throttle?.UndoRegistration(credentials.Address);
        }
    }

    /// <summary>
    /// The rule for new accounts, besides those of <see cref="IsAllowed"/>, that a name breaks; <see langword="null"/> when it breaks none.
    /// Existing accounts with such a name can still log in.
    /// </summary>
    internal static string? FindRegistrationProblem(string username)
    {
        if (ActorNames.All.Any(reserved => UserName.Same(username, reserved)))
            return Reserved(username);
        return UserName.IsVisible(username) ? null : "A name has only characters that can be seen, and no mark without a letter before it.";
    }

    /// <summary>Whether an account may have this name, and be logged in to.</summary>
    internal static bool IsAllowed(string username, ServerOptions options) => FindLoginProblem(username, options) is null;

    /// <summary>The rule for all accounts that a name breaks; <see langword="null"/> when it breaks none.</summary>
    private static string? FindLoginProblem(string username, ServerOptions options)
    {
        if (!UserName.IsValid(username))
            return UserName.Rule;
        return UserName.Same(username, ServerOptions.ServerName) || options.Login.ReservedNames.Any(reserved => UserName.Same(username, reserved))
            ? Reserved(username)
            : null;
    }

    /// <summary>Finds the rule that the name of a new account breaks.</summary>
    /// <param name="username">The name; any text.</param>
    /// <param name="options">The reserved names.</param>
    /// <returns>The rule, as a sentence for the user; <see langword="null"/> if the name is allowed.</returns>
    public static string? FindNameProblem(string username, ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(username);
        ArgumentNullException.ThrowIfNull(options);
        return FindLoginProblem(username, options) ?? FindRegistrationProblem(username);
    }

    private static string Reserved(string username) => $"The name {username} is reserved.";
}
