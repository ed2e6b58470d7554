using System.CommandLine;
using System.CommandLine.Help;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServerLib.Administration.Parsing;

namespace ServerLib.Administration;

/// <summary>Runs admin commands in a server. <c>AddAdministration</c> registers it.</summary>
public sealed partial class AdminCommandRunner
{
    private readonly IServiceProvider _services;
    private readonly ILogger<AdminCommandRunner> _logger;

    internal AdminCommandRunner(
        IEnumerable<AdminCommand> commands, IServiceProvider services, ILogger<AdminCommandRunner> logger)
    {
        Tree = new CommandTree(commands);
        _services = services;
        _logger = logger;
    }

    internal CommandTree Tree { get; }

    /// <summary>Where this runs the commands: in a running server, or on the files of one that is not running.</summary>
    internal CommandPlace At { get; set; } = CommandPlace.Server;

    /// <summary>
    /// Runs a command with the rights of the server's own console, and records it in the audit trail with the actor <c>console</c>. If the
    /// command fails, this does not throw: the failure is logged, and the output says what went wrong.
    /// </summary>
    /// <param name="command">The command. With <c>--json</c>, the output is JSON instead of text.</param>
    /// <param name="cancellationToken">Cancels the command.</param>
    /// <returns>The exit code (0 for success), and text that is safe to print on a terminal; empty if there is nothing to say.</returns>
    public Task<CommandOutput> RunAsync(CommandRequest command, CancellationToken cancellationToken = default) =>
        RunAsync(command, AdminCaller.Console, cancellationToken);

    /// <summary>Runs a command that reads nothing besides its arguments, as <see cref="RunAsync(CommandRequest, CancellationToken)"/> does.</summary>
    /// <param name="line">The command. With <c>--json</c>, the output is JSON instead of text.</param>
    /// <param name="cancellationToken">Cancels the command.</param>
    public Task<CommandOutput> RunAsync(string line, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(line);
        return RunAsync(new CommandRequest(line), cancellationToken);
    }

    /// <summary>Runs a command for an admin.</summary>
    /// <param name="command">The command. With <c>--json</c>, the output is JSON instead of text.</param>
    /// <param name="caller">Who runs it.</param>
    /// <param name="cancellationToken">Cancels the command.</param>
    /// <returns>The output, as for <see cref="RunAsync(CommandRequest, CancellationToken)"/>.</returns>
    public async Task<CommandOutput> RunAsync(CommandRequest command, AdminCaller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(caller);
        List<string> words = CommandWords.Split(command.Line);
        if (words.Count == 0)
            return new CommandOutput(ExitCode.Done, "");
        ParseResult? values = Tree.Parse(words);
        if (values?.Action is HelpAction)
            return new CommandOutput(ExitCode.Done, await CommandHelp.OfAsync(values, cancellationToken).ConfigureAwait(false));
        bool asJson = values is null ? words.Contains(Tree.Json.Name) : values.GetValue(Tree.Json);
        if (values?.CommandResult.Command is not AdminCommand admin)
            return Refuse(caller, CommandAnswer.Error(ExitCode.WrongUsage, Explain(words[0], values), asJson), command: null);
        if (CommandProblems.Find(values) is { Count: > 0 } problems)
            return Refuse(caller, CommandAnswer.Error(ExitCode.WrongUsage, string.Join('\n', problems), asJson), admin);
        if (PlaceProblem(admin) is { } problem)
            return Refuse(caller, CommandAnswer.Error(ExitCode.CouldNotRun, problem, asJson), admin);
        var request = new AdminRequest(values, caller, command.Input, _services, Tree, At == CommandPlace.Server);
        int exit = ExitCode.CouldNotRun;
        try
        {
            CommandOutput output = await RunAsync(admin, request, asJson, cancellationToken).ConfigureAwait(false);
            exit = output.Exit;
            return output;
        }
        finally
        {
            // After the command, because the entry contains its exit code. A canceled command is recorded too.
            if (admin.IsAudited && !(admin.ReadsFilesOnly && At == CommandPlace.Files))
                Audit(caller, admin.Describe(values), exit);
        }
    }

    private async Task<CommandOutput> RunAsync(AdminCommand command, AdminRequest request, bool asJson, CancellationToken cancellationToken)
    {
        try
        {
            return CommandAnswer.Of(await command.RunAsync(request, cancellationToken).ConfigureAwait(false), request, asJson);
        }
        catch (AdminCommandException e)
        {
            return Failed(e.Exit, e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // On the files, the log is the terminal that shows the output.
            if (At == CommandPlace.Server)
                LogFailed(command.FullName, e);
            return Failed(ExitCode.CouldNotRun, $"{command.FullName} failed: {e.Message}");
        }

        CommandOutput Failed(int exit, string reason)
        {
            request.Data = null;
            return CommandAnswer.Of(request.Refuse(exit, reason), request, asJson);
        }
    }

    private string Explain(string word, ParseResult? values) => values is null
        ? CommandProblems.UnknownCommand(word, Tree.Top.Select(command => command.Name))
        : string.Join('\n', CommandProblems.Find(values));

    private string? PlaceProblem(AdminCommand command) => (command.Place, At) switch
    {
        (CommandPlace.Server, not CommandPlace.Server) => $"{command.FullName} needs a running server",
        (CommandPlace.Files, CommandPlace.Server) => $"{command.FullName} works only while the server is not running; stop the server first",
        (CommandPlace.CommandLine, _) => $"{command.FullName} works on the command line only: serverlib {command.FullName}",
        _ => null,
    };

    private CommandOutput Refuse(AdminCaller caller, CommandOutput output, AdminCommand? command)
    {
        // The rest of the line may be anything, even a password that was typed into the wrong window.
        Audit(caller, command?.FullName ?? "(no command)", output.Exit);
        return output;
    }

    private void Audit(AdminCaller caller, string line, int exit)
    {
        // The trail cuts long details; the exit code must remain.
        string outcome = exit == ExitCode.Done ? "" : $" (exit {exit})";
        int room = AuditTrail.MaxDetailLength - outcome.Length;
        _services.GetService<AuditTrail>()?.Write(AuditEvent.AdminCommand, "", caller.Address, caller.Name, (line.Length > room ? line[..room] : line) + outcome);
    }
}
