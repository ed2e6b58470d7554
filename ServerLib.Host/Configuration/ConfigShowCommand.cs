using System.CommandLine;
using Microsoft.Extensions.Options;
using ServerLib.Administration;

namespace ServerLib.Cli;

/// <summary>Shows the configuration that a server gets, or the defaults.</summary>
internal sealed class ConfigShowCommand : AdminCommand
{
    private readonly Option<bool> _defaults = new("--defaults") { Description = "Prints a commented file with all options and their defaults" };
    private readonly Func<CommandLine.Arguments> _arguments;
    private readonly Surroundings _surroundings;

    /// <param name="arguments">The arguments with which the program was started.</param>
    /// <param name="surroundings">The environment and the current directory.</param>
    public ConfigShowCommand(Func<CommandLine.Arguments> arguments, Surroundings surroundings)
        : base("config show", "Shows each option, its value, and where the value comes from", CommandPlace.CommandLine)
    {
        (_arguments, _surroundings) = (arguments, surroundings);
        Options.Add(_defaults);
    }

    public override Task<CommandOutput> StartAsync(AdminSession session, CancellationToken cancellationToken) => Task.FromResult(
        session.Get(_defaults) ? new CommandOutput(ExitCode.Done, HostDefaults.Json.TrimEnd()) : Show(session));

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    private CommandOutput Show(AdminSession session)
    {
        HostLayers layers;
        IReadOnlyList<OptionValue> values;
        try
        {
            layers = HostConfiguration.Read(_arguments(), _surroundings);
            values = HostConfiguration.Options(layers, _surroundings).ToValues();
        }
        catch (WrongUsageException e)
        {
            throw new AdminCommandException(ExitCode.WrongUsage, string.Join('\n', e.Problems));
        }
        catch (OptionsValidationException e)
        {
            throw new AdminCommandException(ExitCode.WrongUsage, string.Join('\n', e.Failures));
        }

        IEnumerable<string> lines = values.Select(value => $"{value.Name} = {TextSanitizer.Escape(value.Value ?? "(none)")}  [{Source(layers, value)}]");
        return session.Answer(ExitCode.Done, string.Join('\n', lines), values.Select(value => new
        {
            name = value.Name,
            value = value.Value,
            source = Source(layers, value),
            needsRestart = value.NeedsRestart,
        }));
    }

    private static string Source(HostLayers layers, OptionValue value) =>
        layers.Layers.LastOrDefault(layer => layer.Values.ContainsKey($"{ServerOptions.SectionName}:{value.Name}"))?.From ?? "default";
}
