using System.CommandLine;
using System.CommandLine.Help;
using ServerLib.Administration.Commands;
using ServerLib.Administration.Parsing;

namespace ServerLib.Administration;

/// <summary>
/// Takes commands from an admin and brings them to a server: parses them, asks for what is missing, sends them, and returns the output. The
/// server's console, the chat client and the command line each have one.
/// </summary>
public sealed class AdminShell
{
    private readonly CommandTree _tree;
    private readonly IAdminTerminal _terminal;
    private readonly CommandChannel? _channel;

    /// <summary>Creates a shell with ServerLib's commands.</summary>
    /// <param name="terminal">What this program offers the commands.</param>
    /// <param name="channel">Brings a command to the server.</param>
    public AdminShell(IAdminTerminal terminal, CommandChannel channel)
        : this(new CommandTree(AdminCommands.Create()), terminal, channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
    }

    /// <summary>Creates a shell in the server's own process, with the commands of the server and the application.</summary>
    /// <param name="terminal">What this program offers the commands.</param>
    /// <param name="commands">Runs the commands.</param>
    public AdminShell(IAdminTerminal terminal, AdminCommandRunner commands)
        : this(Tree(commands), terminal, commands.RunAsync)
    {
    }

    /// <param name="tree">The commands.</param>
    /// <param name="terminal">What this program offers the commands.</param>
    /// <param name="channel">Brings a command to the server; <see langword="null"/> if there is no server.</param>
    internal AdminShell(CommandTree tree, IAdminTerminal terminal, CommandChannel? channel)
    {
        ArgumentNullException.ThrowIfNull(terminal);
        (_tree, _terminal, _channel) = (tree, terminal, channel);
    }

    /// <summary>Runs a command.</summary>
    /// <param name="line">The command, as it was typed.</param>
    /// <param name="cancellationToken">Cancels the command.</param>
    /// <returns>The output; empty if the line is empty.</returns>
    public Task<CommandOutput> RunAsync(string line, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(line);
        List<string> words = CommandWords.Split(line);
        if (words.Count == 0)
            return Task.FromResult(new CommandOutput(ExitCode.Done, ""));

        // The server may have commands that this program does not know, and it explains what is wrong with others.
        if (_tree.Parse(words) is not { CommandResult.Command: AdminCommand command, Errors.Count: 0 } values || values.Action is HelpAction)
            return _channel!(new CommandRequest(line.Trim()), cancellationToken);
        return RunAsync(command, values, line.Trim(), cancellationToken);
    }

    /// <summary>What could complete a line.</summary>
    /// <param name="text">The text before the cursor.</param>
    /// <returns>Words for the place of the last word, or for a new word after a space.</returns>
    public IEnumerable<string> Complete(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _tree.Complete(text);
    }

    internal async Task<CommandOutput> RunAsync(AdminCommand command, ParseResult values, string line, CancellationToken cancellationToken)
    {
        try
        {
            return await command.StartAsync(new AdminSession(values, line, _terminal, _channel), cancellationToken).ConfigureAwait(false);
        }
        catch (AdminCommandException e)
        {
            return CommandAnswer.Error(e.Exit, e.Message, values.GetValue(_tree.Json));
        }
        catch (Exception e) when (e is not (OperationCanceledException or ServerClientException))
        {
            return CommandAnswer.Error(ExitCode.CouldNotRun, $"{command.FullName} failed: {e.Message}", values.GetValue(_tree.Json));
        }
    }

    private static CommandTree Tree(AdminCommandRunner commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        return commands.Tree;
    }
}
