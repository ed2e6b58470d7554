namespace ServerLib.Administration.Commands;

/// <summary>Lists the connected users.</summary>
internal sealed class UsersCommand(IConnectionLedger ledger, TimeProvider time) : IAdminCommand
{
    public string Name => "users";

    public string? Argument => null;

    public string Summary => "list the connected users, from where and since when";

    public string Example => "users --json";

    public bool HasJson => true;

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Connection[] connections = [.. ledger.Connections.OrderBy(c => c.ConnectedAt).ThenBy(c => c.Id)];
        context.Data = connections.Select(c => new { name = c.Alias, address = c.RemoteEndPoint.ToString(), since = c.ConnectedAt });
        var table = new TextTable();
        foreach (Connection connection in connections)
            table.Add(connection.Alias, connection.RemoteEndPoint.ToString() ?? "", $"since {time.Show(connection.ConnectedAt)}");
        return await context.ListAsync(table, "nobody is connected").ConfigureAwait(false);
    }
}
