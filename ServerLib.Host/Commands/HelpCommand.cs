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
        foreach (IAdminCommand command in services.GetServices<IAdminCommand>().OrderBy(c => c.Name, StringComparer.Ordinal))
            await context.WriteLineAsync($"{$"{command.Name} {command.Argument}",-20}{command.Summary}").ConfigureAwait(false);
        return ExitCode.Done;
    }
}
