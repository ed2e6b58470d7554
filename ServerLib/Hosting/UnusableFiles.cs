using ServerLib.Transport;

namespace ServerLib.Hosting;

/// <summary>The files that options name and that the server cannot use: it would not start.</summary>
internal static class UnusableFiles
{
    /// <param name="options">Valid options.</param>
    public static IEnumerable<string> Of(ServerOptions options)
    {
        var files = new CertificateFiles(options);
        if (options.Passwords.DeniedFile is not null && ProblemOf(() => PasswordRules.Load(options)) is { } denied)
            yield return $"Passwords:DeniedFile: {denied}";
        if (options.Tls.ClientCertificates != ClientCertificateMode.None && ProblemOf(() => files.LoadAuthorities()) is { } authorities)
            yield return $"Tls:ClientCertificateAuthorities: {authorities}";
        else if (options.Tls.CertificateFile is not null && ProblemOf(() => files.Load()) is { } certificate)
            yield return $"Tls:CertificateFile: {certificate}";
    }

    private static string? ProblemOf(Action load)
    {
        try
        {
            load();
            return null;
        }
        catch (ServerLibException e)
        {
            return (e.InnerException as ServerLibException ?? e).Message;
        }
    }
}
