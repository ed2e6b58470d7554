using ServerLib.Diagnostics;
using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Says who is on-line.</summary>
internal sealed class UsersCommand(IConnectionLedger ledger, TimeProvider time) : IAdminCommand
{
    public string Name => "users";

    public string? Argument => null;

    public string Summary => "say who is on-line, from where and since when";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Connection[] connections = [.. ledger.Connections.OrderBy(c => c.ConnectedAt).ThenBy(c => c.Id)];
        context.Data = connections.Select(c => new { name = c.Alias, address = c.RemoteEndPoint.ToString(), since = c.ConnectedAt });
        (string Name, string Address, DateTimeOffset Since)[] users =
            [.. connections.Select(c => (TextSanitizer.Escape(c.Alias), c.RemoteEndPoint.ToString() ?? "", c.ConnectedAt))];
        if (users.Length == 0)
        {
            await context.WriteLineAsync("nobody is on-line").ConfigureAwait(false);
            return ExitCode.Done;
        }

        int nameWidth = users.Max(u => u.Name.Length), addressWidth = users.Max(u => u.Address.Length);
        foreach ((string name, string address, DateTimeOffset since) in users)
        {
            await context.WriteLineAsync($"{name.PadRight(nameWidth)}  {address.PadRight(addressWidth)}  since {time.Show(since)}")
                .ConfigureAwait(false);
        }

        return ExitCode.Done;
    }
}
