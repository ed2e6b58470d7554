using Microsoft.Extensions.Options;
using ServerLib.Accounts;
using ServerLib.Auditing;
using ServerLib.Authentication;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>
/// The default authenticator. A known name needs its password or one of its keys. <see cref="LoginOptions.Registration"/> controls whether
/// the first login with an unknown name registers it, and whether this needs a valid invitation. A login by key never registers a name.
/// A login by ticket is right, because the server has verified the ticket. If the database throws an exception, the answer is
/// <see cref="LoginCode.Busy"/>, and the server logs the exception.
/// </summary>
/// <param name="database">The accounts.</param>
/// <param name="options">Who may register, and which names are reserved. They are read at each login, because a reload can change them.</param>
/// <param name="rules">The rules for new passwords.</param>
/// <param name="throttle">Limits registrations per address; <see langword="null"/> for no limit.</param>
/// <param name="keys">The accounts' keys; <see langword="null"/> if nobody can log in by key.</param>
/// <param name="accounts">The invitations; <see langword="null"/> if no invitation is valid.</param>
public sealed class Authenticator(
    IUserDatabase database,
    IOptions<ServerOptions> options,
    PasswordRules rules,
    LoginThrottle? throttle,
    IUserKeys? keys,
    IUserAdministration? accounts) : IAuthenticator
{
    /// <summary>Creates an authenticator whose options do not change.</summary>
    /// <param name="database">The accounts.</param>
    /// <param name="options">Who may register, and which names are reserved.</param>
    /// <param name="rules">The rules for new passwords. Default those of <paramref name="options"/>.</param>
    /// <param name="throttle">Limits registrations per address. Default none: there is no limit.</param>
    /// <param name="keys">The accounts' keys. Default none: nobody can log in by key.</param>
    /// <param name="accounts">The invitations. Default none: no invitation is valid.</param>
    /// <exception cref="ServerLibException">The file in <see cref="NewPasswordOptions.DeniedFile"/> can't be read.</exception>
    public Authenticator(
        IUserDatabase database,
        ServerOptions options,
        PasswordRules? rules = null,
        LoginThrottle? throttle = null,
        IUserKeys? keys = null,
        IUserAdministration? accounts = null)
        : this(database, Options.Create(options), rules ?? PasswordRules.Load(options), throttle, keys, accounts)
    {
    }

    /// <inheritdoc/>
    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        try
        {
            LoginResult result = await DecideAsync(credentials, cancellationToken).ConfigureAwait(false);
            if (accounts is null || credentials.IsConfirmation || result is not { IsOk: true, Alias: { } alias, User: null })
                return result;
            return await accounts.FindAccountAsync(alias, cancellationToken).ConfigureAwait(false) is { IsAdmin: true }
                ? result with { User = AdminRole.CreateUser(alias) }
                : result;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new LoginResult(LoginCode.Busy) { Failure = e };
        }
    }

    private async ValueTask<LoginResult> DecideAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        if (credentials is { Password.Length: 0, IsByKey: false, Ticket: null })
            return new LoginResult(LoginCode.Refused);
        if (FindLoginProblem(credentials.Username, options.Value) is { } reason)
            return LoginResult.Refused(reason);
        if (credentials.Ticket is { } ticket)
            return LoginResult.Ok(ticket.Alias);
        if (credentials.IsByKey)
        {
            return keys is not null
                ? await keys.AuthenticateKeyAsync(credentials, cancellationToken).ConfigureAwait(false)
                : new LoginResult(LoginCode.Failure) { Detail = LoginProblem.NoKeys };
        }

        Func<Credentials, CancellationToken, ValueTask<LoginResult>>? register = null;
        string? registration = null;
        if (credentials is { MayRegister: true, IsConfirmation: false })
            (register, registration) = await RegistrationAsync(credentials, cancellationToken).ConfigureAwait(false);
        if (register is not null)
        {
            if ((FindRegistrationProblem(credentials.Username) ?? rules.FindProblem(credentials.Password)) is { } rule)
                return LoginResult.Refused(rule);
            LoginResult created = await RegisterAsync(register, credentials, cancellationToken).ConfigureAwait(false);
            if (created.Code != LoginCode.Failure)
                return created;

            // Another login took the name or the invitation meanwhile. Now the name is known, and needs its password.
        }

        LoginResult result = await database.AuthenticateUserAsync(credentials, cancellationToken).ConfigureAwait(false);
        return result.Detail == LoginProblem.NoSuchUser && registration is not null
            ? result with { Detail = $"{result.Detail}, and {registration}" }
            : result;
    }

    /// <summary>
    /// The function that registers the name; or, for the admin, why an unknown name is not registered. Without a valid invitation, nothing
    /// that follows distinguishes an unknown name from a known one.
    /// </summary>
    private async ValueTask<(Func<Credentials, CancellationToken, ValueTask<LoginResult>>? Register, string? Problem)> RegistrationAsync(
        Credentials credentials, CancellationToken cancellationToken)
    {
        switch (options.Value.Login.Registration)
        {
            case RegistrationPolicy.Open:
                return (await IsKnownAsync().ConfigureAwait(false) ? null : database.CreateNewUserAsync, null);
            case RegistrationPolicy.Invitation when credentials.Invitation is { } code && accounts is not null:
                if (!await accounts.IsInvitedAsync(code, cancellationToken).ConfigureAwait(false))
                    return (null, LoginProblem.WrongInvitation);
                return (await IsKnownAsync().ConfigureAwait(false) ? null : accounts.CreateInvitedUserAsync, null);
            case RegistrationPolicy.Invitation:
                return (null, LoginProblem.NoInvitation);
            default:
                return (null, LoginProblem.Closed);
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
    /// The rule for new accounts, besides those of <see cref="FindLoginProblem"/>, that a name breaks; <see langword="null"/> when it
    /// breaks none. Existing accounts with such a name can still log in.
    /// </summary>
    internal static string? FindRegistrationProblem(string username)
    {
        if (ActorNames.All.Any(reserved => UserName.Same(username, reserved)))
            return Reserved(username);
        return UserName.IsVisible(username) ? null : "A name must contain only visible characters, and no mark without a letter before it.";
    }

    /// <summary>The rule for all accounts that a name breaks; <see langword="null"/> when it breaks none.</summary>
    internal static string? FindLoginProblem(string username, ServerOptions options)
    {
        if (UserName.FindProblem(username) is { } problem)
            return problem;
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
