using System.Net;
using ServerLib.Administration.Commands;

namespace ServerLib.Administration;

/// <summary>Runs the commands that admins send over their connections.</summary>
internal sealed class ConnectionCommands(AdminCommandRunner commands) : ICommandHandler
{
    public async ValueTask<CommandOutput> RunAsync(Connection connection, string line, CancellationToken cancellationToken)
    {
        var caller = new CommandCaller(connection.Alias, AddressOf(connection));
        CommandResult result = await commands.RunAsync(line, caller, cancellationToken).ConfigureAwait(false);
        return result.ToOutput();
    }

    private static string AddressOf(Connection connection) => connection.RemoteEndPoint switch
    {
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped => new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString(),
        var other => other.ToString() ?? "",
    };
}
