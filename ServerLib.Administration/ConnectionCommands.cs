using System.Net;

namespace ServerLib.Administration;

/// <summary>Runs the commands that admins send over their connections.</summary>
internal sealed class ConnectionCommands(AdminCommandRunner commands) : ICommandHandler
{
    public async ValueTask<CommandOutput> RunAsync(Connection connection, CommandRequest command, CancellationToken cancellationToken) =>
        await commands.RunAsync(command, new AdminCaller(connection.Alias, AddressOf(connection)), cancellationToken).ConfigureAwait(false);

    private static string AddressOf(Connection connection) => connection.RemoteEndPoint switch
    {
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped => new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString(),
        var other => other.ToString() ?? "",
    };
}
