using ServerLib.Diagnostics;
using ServerLib.Wire;

namespace ServerLib.Serving;

/// <summary>Writes each attempt that fails into the activity log.</summary>
internal sealed class LoggingAuthenticator(IAuthenticator authenticator, ILog log) : IAuthenticator
{
    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        LoginResult result = await authenticator.AuthenticateAsync(credentials, cancellationToken).ConfigureAwait(false);
        if (!result.IsOk)
            log.Logging($"[ CONNECTION - FAILURE ] login refused @{credentials.Address}: Alias - {Shown(credentials.Username)}: {result.Code}");
        return result;
    }

    private static string Shown(string name) => PrintableText.Escape(name.Length <= UserName.MaxLength ? name : name[..UserName.MaxLength] + "...");
}
