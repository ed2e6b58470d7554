using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Administration.Commands;

/// <summary>Lists the commands, or says how one is used.</summary>
/// <param name="services">Knows them; asked late, for this command is one of them.</param>
internal sealed class HelpCommand(IServiceProvider services) : IAdminCommand
{
    public string Name => "help";

    public string Argument => "[COMMAND]";

    public string Summary => "list the commands, or say how one is used";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Argument.Length > 0)
            return await ExplainAsync(context).ConfigureAwait(false);
        (string Usage, string Summary)[] commands =
            [.. services.GetServices<IAdminCommand>().OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => ($"{c.Name} {c.Argument}", c.Summary))];
        int width = commands.Max(command => command.Usage.Length);
        foreach ((string usage, string summary) in commands)
            await context.WriteLineAsync($"{usage.PadRight(width)}  {summary}").ConfigureAwait(false);
        return ExitCode.Done;
    }

    private async ValueTask<int> ExplainAsync(CommandContext context)
    {
        string name = context.Argument;
        IEnumerable<IAdminCommand> commands = services.GetServices<IAdminCommand>();
        if (commands.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } command)
            return await context.RefuseAsync(ExitCode.WrongUsage, CommandParser.UnknownCommand(name, commands)).ConfigureAwait(false);
        await context.WriteLineAsync(await command.GetHelpAsync().ConfigureAwait(false) ?? $"{command.Name} {command.Argument}".TrimEnd() + $": {command.Summary}")
            .ConfigureAwait(false);
        return ExitCode.Done;
    }
}
