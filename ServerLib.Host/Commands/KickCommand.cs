using ServerLib.Accounts;
using ServerLib.Diagnostics;

namespace ServerLib.Host;

/// <summary>Ends a user's connections.</summary>
internal sealed class KickCommand(IConnectionLedger ledger, AuditTrail? audit = null) : IAdminCommand
{
    public string Name => "kick";

    public string Argument => "NAME";

    public string Summary => "end all connections of a user";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        IReadOnlyCollection<Connection> connections = ledger.Find(context.Argument);
        if (connections.Count == 0)
            return await context.RefuseAsync(ExitCode.NotFound, $"{PrintableText.Escape(context.Argument)} is not on-line").ConfigureAwait(false);
        foreach (Connection connection in connections)
        {
            connection.End(DisconnectReason.Kicked);
            audit?.Write(AuditEvent.Kicked, connection.Alias, AddressText.From(connection.RemoteEndPoint), context.Caller.Name);
            await context.WriteLineAsync($"kicked {connection.Client}").ConfigureAwait(false);
        }

        return ExitCode.Done;
    }
}
