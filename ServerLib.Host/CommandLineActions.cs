using Microsoft.Extensions.Hosting;
using ServerLib.Administration;
using ServerLib.Cli.Chat;

namespace ServerLib.Cli;

/// <summary>What the commands of the command line do.</summary>
internal sealed record CommandLineActions
{
    /// <summary>Runs the server.</summary>
    public required Func<CommandLine.Arguments, CancellationToken, Task<int>> Serve { get; init; }

    /// <summary>Runs the chat.</summary>
    public required Func<ChatArguments, CancellationToken, Task<int>> Connect { get; init; }

    /// <summary>Finds the data folder for an admin command.</summary>
    public required Func<CommandLine.Arguments, string> FindDataFolder { get; init; }

    /// <summary>Builds the host for an admin command that works on the files.</summary>
    public required Func<CommandLine.Arguments, IHost> OpenFiles { get; init; }

    /// <summary>Asks for what an admin command needs.</summary>
    public required IAdminTerminal Terminal { get; init; }

    /// <summary>The environment of the program.</summary>
    public required Surroundings Surroundings { get; init; }

    /// <summary>Prints the output of an admin command.</summary>
    public required Action<CommandOutput> Print { get; init; }
}
