using System.Text.Json;
using ServerLib.Accounts;

namespace ServerLib.Host;

/// <summary>The console's commands, for admins who send them over their connections.</summary>
internal sealed class ConnectionCommands(CommandRunner commands) : ICommandHandler
{
    public async ValueTask<CommandOutput> RunAsync(Connection connection, string line, CancellationToken cancellationToken)
    {
        var caller = new CommandCaller(connection.Alias, AddressText.From(connection.RemoteEndPoint));
        CommandResult result = await commands.RunAsync(line, caller, cancellationToken).ConfigureAwait(false);
        JsonElement? data = result.Data is null ? null : JsonSerializer.SerializeToElement(result.Data, CommandRunner.Json);
        return new CommandOutput(result.Exit, result.Text, data);
    }
}
