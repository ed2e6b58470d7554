namespace ServerLib.Administration.Commands;

/// <summary>Lists the bans.</summary>
internal sealed class BansCommand(IServerControl server, TimeProvider time) : IAdminCommand
{
    public string Name => "bans";

    public string? Argument => null;

    public string Summary => "list the bans: who, until when, by whom and why";

    public string Example => "bans --json";

    public bool HasJson => true;

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<Ban> bans = server.Bans;
        context.Data = bans.Select(ban => new
        {
            target = ban.Target,
            since = ban.Since,
            until = ban.Until,
            createdBy = ban.CreatedBy,
            reason = ban.Reason,
        });
        var table = new TextTable();
        foreach (Ban ban in bans)
        {
            string until = ban.Until is { } end ? $"until {time.Show(end)}" : "without an end";
            table.Add(ban.Target, until, ban.Reason.Length > 0 ? $"by {ban.CreatedBy}: {ban.Reason}" : $"by {ban.CreatedBy}");
        }

        return await context.ListAsync(table, "there are no bans").ConfigureAwait(false);
    }
}
