using ServerLib.Wire;

namespace ServerLib;

/// <summary>
/// Says who a client is by what the database knows: a known name needs its password; an unknown one is registered by its first
/// login where <see cref="ServerOptions.Registration"/> is open.
/// </summary>
/// <param name="database">The accounts.</param>
/// <param name="options">Who may register, and which names nobody can take.</param>
/// <param name="rules">What a new password has to be. Default what <paramref name="options"/> say.</param>
/// <exception cref="ServerLibException">The file that <see cref="ServerOptions.DeniedPasswordsFile"/> names can't be read.</exception>
public sealed class Authenticator(IUserDatabase database, ServerOptions options, PasswordRules? rules = null) : IAuthenticator
{
    private readonly PasswordRules _rules = rules ?? PasswordRules.Load(options);

    /// <inheritdoc/>
    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        if (!IsAllowed(credentials))
            return new LoginResult(LoginCode.Refused);
        bool mayRegister;
        try
        {
            mayRegister = options.Registration == RegistrationPolicy.Open
                && !await database.HasUserAsync(credentials.Username, cancellationToken).ConfigureAwait(false);
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }

        if (mayRegister)
        {
            if (_rules.Broken(credentials.Password) is { } rule)
                return new LoginResult(LoginCode.Refused) { Text = rule };
            LoginResult created = await database.CreateNewUserAsync(credentials, cancellationToken).ConfigureAwait(false);
            if (created.Code != LoginCode.Failure)
                return created;

            // Somebody else took the name meanwhile: then it is known, and needs its password.
        }

        return await database.AuthenticateUserAsync(credentials, cancellationToken).ConfigureAwait(false);
    }

    private bool IsAllowed(Credentials credentials) =>
        credentials.Password.Length > 0
        && UserName.IsValid(credentials.Username)
        && !UserName.Same(credentials.Username, ServerOptions.ServerName)
        && !options.ReservedNames.Any(reserved => UserName.Same(credentials.Username, reserved));
}
