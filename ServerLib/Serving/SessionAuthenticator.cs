using ServerLib.Admission;

namespace ServerLib.Serving;

/// <summary>
/// Lets one connection's user in, unless he is in too often already. That is looked at only once it is clear that it is him: nobody else
/// learns how often he is in. His other sessions are not touched.
/// </summary>
internal sealed class SessionAuthenticator(IAuthenticator authenticator, UserSessions sessions, AdmissionGate gate) : IAuthenticator
{
    /// <summary>The session that has begun, to be ended by whoever ends the connection; <see langword="null"/> when none has.</summary>
    public string? Session { get; private set; }

    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        LoginResult result = await authenticator.AuthenticateAsync(credentials, cancellationToken).ConfigureAwait(false);
        if (!result.IsOk)
            return result;
        Session = sessions.TryBegin(result.Alias ?? credentials.Username);
        if (Session is null)
            return new LoginResult(LoginCode.Refused) { Text = "You are logged in too often already: end another session first." };
        gate.LoggedIn();
        return result;
    }
}
