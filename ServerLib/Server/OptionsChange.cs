using ServerLib.Diagnostics;
using ServerLib.RateLimiting;

namespace ServerLib.Server;

/// <summary>Gives other options to the parts of a running server that keep a part of them.</summary>
/// <param name="context">What the server is built from.</param>
/// <param name="events">The server's events.</param>
/// <param name="bans">The bans.</param>
/// <param name="admission">The limits of connections.</param>
/// <param name="composition">The limits of logins.</param>
/// <param name="silence">The watch for silent connections, if the server has started.</param>
internal sealed class OptionsChange(
    ServerContext context,
    ServerEvents events,
    BanService bans,
    ConnectionAdmission admission,
    ServerComposition composition,
    Func<SilenceWatch?> silence)
{
    /// <summary>Does everything that can fail. Nothing has changed yet.</summary>
    /// <param name="next">The next options, which are valid.</param>
    /// <param name="cancellationToken">Stops waiting for the database.</param>
    /// <returns>Makes the changes. It cannot fail.</returns>
    /// <exception cref="ServerLibException">A file that an option names, or the database, cannot be used.</exception>
    public async ValueTask<Action> PrepareAsync(ServerOptions next, CancellationToken cancellationToken)
    {
        AddressBlock[] healthChecks = ServerComposition.HealthChecks(next);
        Action? useCertificate = context.Certificate?.Prepare(next);
        Action useBans = await bans.PrepareAsync(next, cancellationToken).ConfigureAwait(false);
        return () =>
        {
            useCertificate?.Invoke();
            admission.Change(next.Limits, healthChecks);
            composition.Change(next);
            context.Throttle.Change(next.Login);
            silence()?.Change(next.Limits);
            useBans();
        };
    }

    /// <summary>Records a reload in the audit trail and in the activity log.</summary>
    public void Reloaded(string detail, string actor, string address)
    {
        context.Audit?.Write(AuditEvent.ConfigurationReloaded, ServerOptions.ServerName, address, actor, detail);
        events.OptionsReloaded(detail);
    }

    /// <summary>Records that nothing has changed, and why.</summary>
    public void Refused(string problems, string actor, string address)
    {
        context.Audit?.Write(AuditEvent.ConfigurationRefused, ServerOptions.ServerName, address, actor, problems);
        events.OptionsRefused(problems);
    }
}
