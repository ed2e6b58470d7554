using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Host;

/// <summary>Lists the commands.</summary>
/// <param name="services">Knows them; asked late, for this command is one of them.</param>
internal sealed class HelpCommand(IServiceProvider services) : IAdminCommand
{
    public string Name => "help";

    public string? Argument => null;

    public string Summary => "list the commands";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        (string Usage, string Summary)[] commands =
            [.. services.GetServices<IAdminCommand>().OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => ($"{c.Name} {c.Argument}", c.Summary))];
        int width = commands.Max(command => command.Usage.Length);
        foreach ((string usage, string summary) in commands)
            await context.WriteLineAsync($"{usage.PadRight(width)}  {summary}").ConfigureAwait(false);
        return ExitCode.Done;
    }
}
