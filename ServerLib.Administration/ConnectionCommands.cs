using ServerLib.Administration.Commands;
using ServerLib.Files;
using ServerLib.Protocol;

namespace ServerLib.Administration;

/// <summary>The console's commands, for admins who send them over their connections.</summary>
internal sealed class ConnectionCommands(AdminCommandRunner commands) : ICommandHandler
{
    public async ValueTask<CommandOutput> RunAsync(Connection connection, string line, CancellationToken cancellationToken)
    {
        var caller = new CommandCaller(connection.Alias, AddressText.From(connection.RemoteEndPoint));
        CommandResult result = await commands.RunAsync(line, caller, cancellationToken).ConfigureAwait(false);
        CommandOutput output = result.ToOutput();
        return result.IsJson ? Whole(output, connection.Options.Limits.MaxFrameSize) : output;
    }

    /// <summary>JSON is of use as a whole only: where it doesn't go into a frame twice, once, and where not even that, not at all.</summary>
    private static CommandOutput Whole(CommandOutput output, int maxFrameSize)
    {
        if (BoundedPayload.Fits(output, maxFrameSize))
            return output;
        CommandOutput once = output with { Text = "" };
        return BoundedPayload.Fits(once, maxFrameSize)
            ? once
            : new CommandOutput(
                ExitCode.CouldNotRun,
                $"the answer is larger than a frame of {maxFrameSize} bytes: ask for less ('history' takes --limit and --since), "
                + "ask without --json, or on the server's console");
    }
}
