using ServerLib.Admission;

namespace ServerLib.Serving;

/// <summary>
/// Lets one connection's user in, unless he is in too often already. That is looked at only once it is clear that it is him: nobody else
/// learns how often he is in. His other sessions are not touched.
/// </summary>
internal sealed class SessionAuthenticator(
    Connection client, IAuthenticator authenticator, UserSessions sessions, AdmissionGate gate) : IAuthenticator
{
    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        LoginResult result = await authenticator.AuthenticateAsync(credentials, cancellationToken).ConfigureAwait(false);
        if (!result.IsOk)
            return result;
        client.Session = sessions.TryBegin(result.Alias ?? credentials.Username);
        if (client.Session is null)
            return new LoginResult(LoginCode.Refused) { Text = "You are logged in too often already: end another session first." };
        gate.LoggedIn();
        return result;
    }
}
