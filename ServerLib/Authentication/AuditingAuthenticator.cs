using ServerLib.Files;

namespace ServerLib.Authentication;

/// <summary>Writes each failed attempt into the audit trail, whoever decides: the name that was tried, and from where.</summary>
internal sealed class AuditingAuthenticator(IAuthenticator authenticator, AuditTrail audit) : IAuthenticator
{
    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        LoginResult result = await authenticator.AuthenticateAsync(credentials, cancellationToken).ConfigureAwait(false);
        if (result.Code == LoginCode.Failure)
            audit.Write(AuditEvent.FailedLogin, credentials.Username, AddressText.From(credentials.Address), detail: DetailOf(credentials));
        return result;
    }

    private static string DetailOf(Credentials credentials)
    {
        if (credentials.IsConfirmation)
            return "password change";
        return credentials.IsByKey ? "by key" : "";
    }
}
