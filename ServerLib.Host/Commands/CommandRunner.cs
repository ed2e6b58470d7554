using Microsoft.Extensions.Logging;
using ServerLib.Diagnostics;

namespace ServerLib.Host;

/// <summary>Finds the command that a line names, and runs it; what goes wrong in it is said and logged, and goes no further.</summary>
internal sealed partial class CommandRunner(IEnumerable<IAdminCommand> commands, ILogger<CommandRunner> logger)
{
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async ValueTask<int> RunAsync(string line, TextWriter output, CancellationToken cancellationToken)
    {
        line = line.Trim();
        int space = line.AsSpan().IndexOfAny(' ', '\t');
        string name = space < 0 ? line : line[..space];
        string argument = space < 0 ? "" : line[space..].Trim();
        if (name.Length == 0)
            return ExitCode.Done;

        IAdminCommand? command = commands.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (command is null)
            return await WrongAsync($"there is no command {PrintableText.Escape(name)}; 'help' lists them").ConfigureAwait(false);
        if (command.Argument is null && argument.Length > 0)
            return await WrongAsync($"usage: {command.Name} (and nothing after it)").ConfigureAwait(false);
        if (command.Argument is not null && argument.Length == 0)
            return await WrongAsync($"usage: {command.Name} {command.Argument}").ConfigureAwait(false);

        try
        {
            return await command.RunAsync(argument, output, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFailed(command.Name, e);
            await output.WriteLineAsync($"{command.Name} failed: {PlainCause.Of(e)}").ConfigureAwait(false);
            return ExitCode.CouldNotRun;
        }

        async ValueTask<int> WrongAsync(string problem)
        {
            await output.WriteLineAsync(problem).ConfigureAwait(false);
            return ExitCode.WrongUsage;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The command {Command} failed")]
    private partial void LogFailed(string command, Exception exception);
}
