namespace ServerLib.Administration.Commands;

/// <summary>Lists the bans.</summary>
internal sealed class BanListCommand : AdminCommand
{
    public BanListCommand()
        : base("ban list", "Lists the bans: who, until when, by whom and why", CommandPlace.ServerOrFiles) => IsAudited = false;

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<Ban> bans = await CurrentBans.GetAsync(request, cancellationToken).ConfigureAwait(false);
        request.Data = bans.Select(ban => new
        {
            target = ban.Target,
            since = ban.Since,
            until = ban.Until,
            createdBy = ban.CreatedBy,
            reason = ban.Reason,
        });
        var table = new AdminTable("TARGET", "UNTIL", "BY", "REASON");
        foreach (Ban ban in bans)
            table.Add(ban.Target, ban.Until is { } end ? request.Show(end) : "", ban.CreatedBy, ban.Reason);
        return request.List(table, "there are no bans");
    }
}
