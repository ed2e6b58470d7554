using System.Text.Json;
using Microsoft.Extensions.Logging;
using ServerLib.Protocol;

namespace ServerLib.Cli;

/// <summary>Finds the command that a line names, and runs it; what goes wrong in it is said and logged, and goes no further.</summary>
internal sealed partial class CommandRunner(
    IEnumerable<IAdminCommand> commands, ILogger<CommandRunner> logger, AuditTrail? audit = null)
{
    /// <summary>How data becomes JSON.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonTime() } };

    private const string JsonWord = "--json";

    /// <summary>Says that there is no such command, and which was meant, where one is near.</summary>
    public static string NoCommand(string name, IEnumerable<IAdminCommand> commands)
    {
        string nearest = NearestName.Find(name, commands.Select(c => c.Name)) is { } near ? $"; the nearest is {near}" : "";
        return $"there is no command {TextSanitizer.Escape(name)}{nearest}; 'help' lists them";
    }

    /// <summary>Runs a line; <c>--json</c> as its second or last word asks for the data instead of the text.</summary>
    public async ValueTask<CommandResult> RunAsync(string line, CommandCaller caller, CancellationToken cancellationToken)
    {
        (string name, string argument) = Split(line);
        if (name.Length == 0)
            return new CommandResult(ExitCode.Done, "");
        IAdminCommand? command = commands.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        bool asJson = command is not { TakesAnyText: true } && TakeJson(ref argument);
        CommandResult result = new(ExitCode.CouldNotRun, "");
        try
        {
            result = await RunAsync(command, name, argument, asJson, caller, cancellationToken).ConfigureAwait(false);
            return result;
        }
        finally
        {
            // Once it is clear what it came to, also where nobody waits for that any more.
            audit?.Write(AuditEvent.AdminCommand, "", caller.Address, caller.Name, Audited(command, argument, result.Exit));
        }
    }

    private async ValueTask<CommandResult> RunAsync(
        IAdminCommand? command, string name, string argument, bool asJson, CommandCaller caller, CancellationToken cancellationToken)
    {
        if (command is null)
            return Wrong(NoCommand(name, commands));
        if (command.Argument is null && argument.Length > 0)
            return Wrong($"usage: {command.Name} (and nothing after it)");
        if (command.Argument is { } usage && !IsAllowed(usage, argument))
            return Wrong($"usage: {command.Name} {usage}");

        using var output = new StringWriter();
        var context = new CommandContext(argument, caller, output) { AsJson = asJson };
        int exit = await RunAsync(command, context, cancellationToken).ConfigureAwait(false);
        if (context.AsJson && context.Data is not null)
            return new CommandResult(exit, CommandJson.Write(context.Data), context.Data) { IsJson = true };
        if (context.AsJson && exit == ExitCode.Done)
            await context.WriteLineAsync($"{command.Name} has no data to give as JSON").ConfigureAwait(false);
        return new CommandResult(exit, output.ToString().TrimEnd(), context.Data);
    }

    /// <remarks>What is no command may be anything, a password that was typed into the wrong window too.</remarks>
    private static string Audited(IAdminCommand? command, string argument, int exit)
    {
        if (command is null)
            return "(no command)";
        string outcome = exit == ExitCode.Done ? "" : $" (exit {exit})";
        string line = $"{command.Name} {command.Audited(argument)}".TrimEnd();

        // What it came to is not to be cut off.
        int room = AuditTrail.MaxDetail - outcome.Length;
        return (line.Length > room ? line[..room] : line) + outcome;
    }

    /// <summary>Whether an argument is there where one has to be, and is one word where the usage is.</summary>
    private static bool IsAllowed(string usage, string argument) => CommandContext.Words(argument, 2).Length switch
    {
        0 => usage.StartsWith('['),
        1 => true,
        _ => usage.Contains(' ') || usage.Contains("...", StringComparison.Ordinal),
    };

    private static CommandResult Wrong(string problem) => new(ExitCode.WrongUsage, problem);

    private static (string First, string Remainder) Split(string line) => CommandContext.Words(line, 2) switch
    {
        [var first, var remainder] => (first, remainder),
        [var first] => (first, ""),
        _ => ("", ""),
    };

    private static bool TakeJson(ref string argument)
    {
        (string first, string rest) = Split(argument);
        if (first == JsonWord)
            argument = rest;
        else if (argument.EndsWith(' ' + JsonWord, StringComparison.Ordinal))
            argument = argument[..^JsonWord.Length].TrimEnd();
        else
            return false;
        return true;
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
            await context.WriteLineAsync($"{command.Name} failed: {PlainCause.Of(e)}").ConfigureAwait(false);
            return ExitCode.CouldNotRun;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The command {Command} failed")]
    private partial void LogFailed(string command, Exception exception);
}
