using System.Globalization;
using System.Net;
using ServerLib.Files;
using ServerLib.Transport;

namespace ServerLib.Hosting;

/// <summary>Settings that are valid, but that an admin should know of.</summary>
internal static class UnusualOptions
{
    private const int SoonDays = 14;

    /// <param name="options">Valid options.</param>
    /// <param name="now">The time.</param>
    /// <param name="descriptors">The limit of open files; <see langword="null"/> if there is none.</param>
    public static IEnumerable<string> Of(ServerOptions options, DateTimeOffset now, ulong? descriptors) =>
        [.. Public(options), .. Limits(options, descriptors), .. Files(options), .. Certificate(options, now)];

    private static IEnumerable<string> Public(ServerOptions options)
    {
        IPAddress[] reachable = [.. options.ListenAddresses.Where(address => !IPAddress.IsLoopback(address))];
        if (reachable.Length == 0)
            yield break;
        string where = string.Join(", ", reachable.AsEnumerable());
        bool isPlaintext = options.Endpoints.Count == 0
            ? options.Login.Plaintext == PlaintextPolicy.Anywhere
            : options.Endpoints.Any(endpoint => endpoint.Tls != EndpointTls.Required && (endpoint.Plaintext ?? options.Login.Plaintext) == PlaintextPolicy.Anywhere);
        if (isPlaintext)
            yield return $"Login:Plaintext: passwords may be sent to {where} without encryption";
        if (options.Login.Registration == RegistrationPolicy.Open)
            yield return $"Login:Registration: everybody who can reach {where} can register an account";
    }

    private static IEnumerable<string> Limits(ServerOptions options, ulong? descriptors)
    {
        if (options.ShutdownTimeout == TimeSpan.Zero)
            yield return "ShutdownTimeout: with 0, a shutdown does not wait until messages are sent";
        if (DescriptorLimit.IsTooLow(descriptors, options.Limits.MaxConnections, out long needed))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Limits:MaxConnections: this user may open {descriptors} files, and {needed} are needed (ulimit -n, or LimitNOFILE of a service)");
        }
    }

    private static IEnumerable<string> Files(ServerOptions options)
    {
        if (options.ActivityLog.File == "/dev/null")
            yield return "ActivityLog:File: there is no activity log";
        if (Directory.Exists(options.DataDirectory) && OwnerOnly.IsOpenToOthers(options.DataDirectory))
            yield return $"DataDirectory: other users can access {options.DataDirectory}; run: chmod 700 {options.DataDirectory}";
    }

    private static IEnumerable<string> Certificate(ServerOptions options, DateTimeOffset now)
    {
        if (options.Tls.CertificateFile is null)
            return [];
        try
        {
            double days = (new CertificateFiles(options).Load().NotAfter - now).TotalDays;
            return days < 0 ? ["Tls:CertificateFile: the certificate has expired"]
                : days < SoonDays ? [string.Create(CultureInfo.InvariantCulture, $"Tls:CertificateFile: the certificate expires in {days:0} days")]
                : [];
        }
        catch (ServerLibException)
        {
            // It is one of the unusable files.
            return [];
        }
    }
}
