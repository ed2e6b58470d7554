namespace ServerLib.Administration.Commands;

/// <summary>Lists the connected users.</summary>
internal sealed class UsersCommand : AdminCommand
{
    public UsersCommand()
        : base("users", "Lists the connected users, from where and since when") => IsAudited = false;

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        Connection[] connections = [.. request.Service<IConnectionLedger>().Connections.OrderBy(c => c.ConnectedAt).ThenBy(c => c.Id)];
        request.Data = connections.Select(c => new { name = c.Alias, address = c.RemoteEndPoint.ToString(), since = c.ConnectedAt });
        var table = new AdminTable("NAME", "ADDRESS", "SINCE");
        foreach (Connection connection in connections)
            table.Add(connection.Alias, connection.RemoteEndPoint.ToString() ?? "", request.Show(connection.ConnectedAt));
        return Task.FromResult(request.List(table, "nobody is connected"));
    }
}
