using ServerLib.Files;
using ServerLib.Protocol;

namespace ServerLib.Authentication;

/// <summary>Records each failed attempt in the audit trail, with the name that was tried, the client's address, and what was wrong.</summary>
internal sealed class AuditingStep(AuditTrail audit) : ILoginStep
{
    public async ValueTask<LoginResult> AuthenticateAsync(
        LoginContext context, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next, CancellationToken cancellationToken)
    {
        LoginResult result = await next(context, cancellationToken).ConfigureAwait(false);
        Credentials credentials = context.Credentials;
        if (result.Code == LoginCode.Failure)
            audit.Write(AuditEvent.FailedLogin, credentials.Username, AddressText.From(credentials.Address), detail: DetailOf(credentials, result));
        return result;
    }

    /// <summary>What was tried, and what was wrong with it. The client learns only that it failed.</summary>
    private static string DetailOf(Credentials credentials, LoginResult result)
    {
        string tried = credentials switch
        {
            { IsConfirmation: true } => "password change",
            { IsByKey: true } => "by key",
            { UnverifiedTicket: not null } => "by ticket",
            _ => "",
        };
        string wrong = TextSanitizer.Escape(result.Detail ?? "");
        return tried.Length > 0 && wrong.Length > 0 ? $"{tried}: {wrong}" : tried + wrong;
    }
}
