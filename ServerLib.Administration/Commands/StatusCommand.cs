using Microsoft.Extensions.Options;
using ServerLib.Diagnostics;

namespace ServerLib.Administration.Commands;

/// <summary>Says in one line how the server is.</summary>
internal sealed class StatusCommand(
    ConnectionServer server, IConnectionLedger ledger, ServerCertificate certificate, IOptions<ServerOptions> options, TimeProvider time)
    : IAdminCommand
{
    public string Name => "status";

    public string? Argument => null;

    public string Summary => "say how the server is";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Data = new
        {
            listening = server.EndPoint?.ToString(),
            upSince = server.StartedAt,
            connections = server.ConnectionCount,
            loggedIn = ledger.Count,
            certificateSha256 = certificate.Fingerprint,
            certificateDaysLeft = certificate.DaysLeft,
            version = ProductVersion.Current,
            dataDirectory = options.Value.DataDirectory,
        };
        await context.WriteLineAsync(
            $"listening on {server.EndPoint}, up since {time.Show(server.StartedAt)}, "
            + $"connections: {server.ConnectionCount}, logged in: {ledger.Count}, "
            + $"certificate SHA-256 {certificate.Fingerprint}, {certificate.DaysLeft} days left, "
            + $"version {ProductVersion.Current}, data in {options.Value.DataDirectory}").ConfigureAwait(false);
        return ExitCode.Done;
    }
}
