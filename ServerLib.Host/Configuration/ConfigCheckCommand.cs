using ServerLib.Administration;

namespace ServerLib.Cli;

/// <summary>Checks the configuration that a server gets.</summary>
internal sealed class ConfigCheckCommand : AdminCommand
{
    private readonly Func<CommandLine.Arguments> _arguments;
    private readonly Surroundings _surroundings;

    /// <param name="arguments">The arguments with which the program was started.</param>
    /// <param name="surroundings">The environment and the current directory.</param>
    public ConfigCheckCommand(Func<CommandLine.Arguments> arguments, Surroundings surroundings)
        : base("config check", "Checks the configuration, and names unusual settings", CommandPlace.CommandLine) =>
        (_arguments, _surroundings) = (arguments, surroundings);

    public override Task<CommandOutput> StartAsync(AdminSession session, CancellationToken cancellationToken)
    {
        (IReadOnlyList<string> problems, IReadOnlyList<string> warnings) = new ConfigurationCheck(_arguments(), _surroundings).Run();
        IEnumerable<string> lines = [.. problems.Select(problem => $"error: {problem}"), .. warnings.Select(warning => $"warning: {warning}")];
        if (problems.Count == 0)
            lines = lines.Append("The configuration is valid.");
        return Task.FromResult(session.Answer(
            problems.Count == 0 ? ExitCode.Done : ExitCode.WrongUsage, string.Join('\n', lines), new { problems, warnings }));
    }

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
}
