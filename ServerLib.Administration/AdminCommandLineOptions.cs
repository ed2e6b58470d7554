using System.CommandLine;
using Microsoft.Extensions.Hosting;

namespace ServerLib.Administration;

/// <summary>What <see cref="AdminCommandLine"/> needs of the program.</summary>
public sealed class AdminCommandLineOptions
{
    /// <summary>Finds the server's data folder: the full path.</summary>
    public required Func<ParseResult, string> FindDataFolder { get; init; }

    /// <summary>
    /// Builds the program's host with the server, but does not start it. It is called if the server is not running. The commands use its
    /// services, and then dispose it.
    /// </summary>
    public required Func<ParseResult, IHost> OpenFiles { get; init; }

    /// <summary>Asks the user, and reads standard input.</summary>
    public required IAdminTerminal Terminal { get; init; }

    /// <summary>Prints the output of a command.</summary>
    public required Action<CommandOutput> Print { get; init; }

    /// <summary>The application's own commands. Default none.</summary>
    public IReadOnlyList<AdminCommand> Commands { get; init; } = [];

    /// <summary>Options that all commands have on this command line, such as <c>--data</c>. The server does not get them. Default none.</summary>
    public IReadOnlyList<Option> Options { get; init; } = [];
}
