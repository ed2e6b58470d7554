using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServerLib.Administration.Commands;
using ServerLib.Administration.Parsing;
using ServerLib.Administration.Sockets;

namespace ServerLib.Administration;

/// <summary>
/// The admin commands on the command line of a program. While the server runs, they are sent to its admin socket. Otherwise they work on its
/// files. The output and the exit codes are the same.
/// </summary>
public sealed class AdminCommandLine
{
    private readonly AdminCommandLineOptions _options;
    private readonly CommandTree _tree;

    /// <summary>Creates the commands.</summary>
    /// <param name="options">How the program finds the server's files, asks and prints.</param>
    public AdminCommandLine(AdminCommandLineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _tree = new CommandTree([.. AdminCommands.Create(), .. options.Commands], options.Options);
    }

    /// <summary>Adds the commands to a program's command.</summary>
    /// <param name="root">The program's command.</param>
    public void AddTo(Command root)
    {
        ArgumentNullException.ThrowIfNull(root);
        foreach (Command command in _tree.Top)
            root.Subcommands.Add(command);
    }

    /// <summary>Runs the command of a parsed command line, and prints its output.</summary>
    /// <param name="values">The parsed command line. Its command is an <see cref="AdminCommand"/>.</param>
    /// <param name="cancellationToken">Cancels the command.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(ParseResult values, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(values);
        var command = (AdminCommand)values.CommandResult.Command;
        bool asJson = values.GetValue(_tree.Json);
        CommandOutput output = FindProblems(values) is { Count: > 0 } problems
            ? CommandAnswer.Error(ExitCode.WrongUsage, string.Join('\n', problems), asJson)
            : await RunAsync(command, values, asJson, cancellationToken).ConfigureAwait(false);
        _options.Print(output);
        return output.Exit;
    }

    /// <summary>Finds what is wrong with the arguments of a command, and suggests the right name for an unknown option.</summary>
    /// <param name="values">The parsed command line.</param>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public static IReadOnlyList<string> FindProblems(ParseResult values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return CommandProblems.Find(values);
    }

    /// <summary>Says that no command begins with a word, and suggests one.</summary>
    /// <param name="word">The word.</param>
    /// <param name="root">The program's command.</param>
    public static string ExplainUnknown(string word, Command root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return CommandProblems.UnknownCommand(word, root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name));
    }

    /// <summary>Finds the words that could complete the last word of a command line.</summary>
    /// <param name="root">The program's command.</param>
    /// <param name="words">The words after the program's name. The last one may be empty.</param>
    public static IEnumerable<string> Complete(Command root, IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(words);
        return CommandCompletion.Find(root, words);
    }

    private async Task<CommandOutput> RunAsync(AdminCommand command, ParseResult values, bool asJson, CancellationToken cancellationToken)
    {
        string line = Line(command, values);
        if (line.Any(char.IsControl))
            return CommandAnswer.Error(ExitCode.WrongUsage, "an argument contains control characters", asJson);
        if (command.Place == CommandPlace.CommandLine)
            return await RunAsync(command, values, line, channel: null, cancellationToken).ConfigureAwait(false);
        string folder = _options.FindDataFolder(values);
        string path = Path.Combine(folder, AdminSocket.FileName);
        try
        {
            if (await AdminSocketClient.TryConnectAsync(path, cancellationToken).ConfigureAwait(false) is { } server)
            {
                await using (server.ConfigureAwait(false))
                    return await RunAsync(command, values, line, server.RunAsync, cancellationToken).ConfigureAwait(false);
            }

            return command.Place switch
            {
                CommandPlace.Server => CommandAnswer.Error(ExitCode.CouldNotRun, $"the server is not running: nothing listens at {path}", asJson),
                CommandPlace.ServerOrCommandLine => await RunAsync(command, values, line, channel: null, cancellationToken).ConfigureAwait(false),
                _ => await RunOnFilesAsync(command, values, line, folder, asJson, cancellationToken).ConfigureAwait(false),
            };
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException or ServerLibException)
        {
            return CommandAnswer.Error(ExitCode.CouldNotRun, e is SocketException ? $"{path}: {e.Message}" : e.Message, asJson);
        }
    }

    private async Task<CommandOutput> RunOnFilesAsync(
        AdminCommand command, ParseResult values, string line, string folder, bool asJson, CancellationToken cancellationToken)
    {
        // The server could not use the files that root creates.
        if (!command.ReadsFilesOnly && Directory.Exists(folder) && !SecretFile.IsOwnedByThisUser(folder))
        {
            throw new ServerLibException(
                $"the data folder {folder} belongs to another user; run the command as that user, for example with runuser -u or sudo -u");
        }

        IHost host = _options.OpenFiles(values);
        try
        {
            if (!command.WorksWithoutData && !command.ReadsFilesOnly && !Directory.Exists(folder) && KeepsAccountsInFiles(host))
            {
                return CommandAnswer.Error(
                    ExitCode.NotApplicable, $"there is no data folder {folder}; give the server's data folder with --data", asJson);
            }

            AdminCommandRunner runner = host.Services.GetRequiredService<AdminCommandRunner>();
            runner.At = CommandPlace.Files;
            return await RunAsync(command, values, line, runner.RunAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Dispose would block while the database is closed.
            await ((IAsyncDisposable)host).DisposeAsync().ConfigureAwait(false);
        }
    }

    private static bool KeepsAccountsInFiles(IHost host) =>
        host.Services.GetRequiredService<IOptions<AdministrationOptions>>().Value.BackupOfAccounts is null;

    private Task<CommandOutput> RunAsync(
        AdminCommand command, ParseResult values, string line, CommandChannel? channel, CancellationToken cancellationToken) =>
        new AdminShell(_tree, _options.Terminal, channel).RunAsync(command, values, line, cancellationToken);

    /// <summary>The command as the server gets it: without the options that only this program has.</summary>
    private string Line(AdminCommand command, ParseResult values)
    {
        HashSet<Token> own = new(ReferenceEqualityComparer.Instance);
        foreach (Option option in _options.Options)
        {
            if (values.GetResult(option) is { IdentifierToken: { } name } given)
                own.UnionWith([name, .. given.Tokens]);
        }

        IEnumerable<string> arguments = values.Tokens.Where(token => token.Type != TokenType.Command && !own.Contains(token)).Select(token => token.Value);
        return CommandWords.Join([.. command.FullName.Split(' '), .. arguments]);
    }
}
