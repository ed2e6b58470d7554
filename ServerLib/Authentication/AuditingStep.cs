using ServerLib.Files;

namespace ServerLib.Authentication;

/// <summary>Records each failed attempt in the audit trail, with the name that was tried and the client's address.</summary>
internal sealed class AuditingStep(AuditTrail audit) : ILoginStep
{
    public async ValueTask<LoginResult> AuthenticateAsync(
        LoginContext context, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next, CancellationToken cancellationToken)
    {
        LoginResult result = await next(context, cancellationToken).ConfigureAwait(false);
        Credentials credentials = context.Credentials;
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
