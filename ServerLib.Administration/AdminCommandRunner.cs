using Microsoft.Extensions.Logging;
using ServerLib.Administration.Commands;

namespace ServerLib.Administration;

/// <summary>Runs admin commands. <c>AddAdministration</c> registers it.</summary>
public sealed partial class AdminCommandRunner
{
    private readonly CommandParser _parser;
    private readonly ILogger<AdminCommandRunner> _logger;
    private readonly AuditTrail? _audit;

    internal AdminCommandRunner(IEnumerable<IAdminCommand> commands, ILogger<AdminCommandRunner> logger, AuditTrail? audit = null)
    {
        _parser = new CommandParser(commands);
        _logger = logger;
        _audit = audit;
    }

    /// <summary>
    /// Runs a command with the rights of the server's own console, and records it in the audit trail with the actor <c>console</c>. If the
    /// command fails, this does not throw: the failure is logged, and the output says what went wrong.
    /// </summary>
    /// <param name="line">The command. <c>--json</c> as the second or the last word asks for JSON instead of text.</param>
    /// <param name="cancellationToken">Cancels the command.</param>
    /// <returns>The exit code (0 for success), and text that is safe to print on a terminal; empty if there is nothing to say.</returns>
    public async ValueTask<CommandOutput> RunAsync(string line, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(line);
        return (await RunAsync(line, CommandCaller.Console, cancellationToken).ConfigureAwait(false)).ToOutput();
    }

    internal async ValueTask<CommandResult> RunAsync(string line, CommandCaller caller, CancellationToken cancellationToken)
    {
        ParsedLine parsed = _parser.Parse(line);
        if (parsed.IsEmpty)
            return new CommandResult(ExitCode.Done, "");
        CommandResult result = new(ExitCode.CouldNotRun, "");
        try
        {
            result = parsed is { Command: { } command, Problem: null }
                ? await RunAsync(command, parsed, caller, cancellationToken).ConfigureAwait(false)
                : new CommandResult(ExitCode.WrongUsage, TextSanitizer.Escape(parsed.Problem ?? ""));
            return result;
        }
        finally
        {
            // After the command, because the entry contains its exit code. A canceled command is recorded too.
            _audit?.Write(AuditEvent.AdminCommand, "", caller.Address, caller.Name, Audited(parsed, result.Exit));
        }
    }

    private async ValueTask<CommandResult> RunAsync(
        IAdminCommand command, ParsedLine parsed, CommandCaller caller, CancellationToken cancellationToken)
    {
        using var output = new StringWriter();
        var context = new CommandContext(parsed.Argument, caller, output) { AsJson = parsed.AsJson };
        int exit = await RunAsync(command, context, cancellationToken).ConfigureAwait(false);
        if (context.AsJson && context.Data is not null)
            return new CommandResult(exit, CommandJson.Write(context.Data), context.Data) { IsJson = true };
        if (context.AsJson && exit == ExitCode.Done)
            await context.WriteLineAsync($"{command.Name} has no JSON output").ConfigureAwait(false);
        return new CommandResult(exit, output.ToString().TrimEnd(), context.Data);
    }

    private async ValueTask<int> RunAsync(IAdminCommand command, CommandContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await command.RunAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFailed(command.Name, e);
            await context.WriteLineAsync($"{command.Name} failed: {e.Message}").ConfigureAwait(false);
            return ExitCode.CouldNotRun;
        }
    }

    private static string Audited(ParsedLine parsed, int exit)
    {
        // A line without a command may be anything, even a password that was typed into the wrong window.
        if (parsed.Command is not { } command)
            return "(no command)";
        string outcome = exit == ExitCode.Done ? "" : $" (exit {exit})";
        string line = $"{command.Name} {command.Audited(parsed.Argument)}".TrimEnd();

        // The trail cuts long details; the exit code must remain.
        int room = AuditTrail.MaxDetailLength - outcome.Length;
        return (line.Length > room ? line[..room] : line) + outcome;
    }
}
