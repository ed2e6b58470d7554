using System.CommandLine;
using Microsoft.Extensions.Options;
using ServerLib.Administration;

namespace ServerLib.Cli;

/// <summary>Shows the options that a running server uses, those that a server would get, or the defaults.</summary>
internal sealed class ConfigShowCommand : AdminCommand
{
    private const string About =
        """
        Shows each option, its value, and where the value comes from

        Shows what the server uses that runs on the data folder. If none runs, or with --config or --ServerLib:NAME, shows
        what a server would use that is started here.
        """;

    private readonly Option<bool> _defaults = new("--defaults") { Description = "Prints a commented file with all options and their defaults" };
    private readonly Func<CommandLine.Arguments>? _typed;
    private readonly Surroundings _surroundings;

    /// <param name="surroundings">The environment and the current directory.</param>
    /// <param name="typed">The arguments that were typed with the command; <see langword="null"/> in the server's process.</param>
    public ConfigShowCommand(Surroundings surroundings, Func<CommandLine.Arguments>? typed = null)
        : base("config show", About, CommandPlace.ServerOrCommandLine)
    {
        (_surroundings, _typed) = (surroundings, typed);
        Options.Add(_defaults);
        IsAudited = false;
    }

    public override Task<CommandOutput> StartAsync(AdminSession session, CancellationToken cancellationToken)
    {
        if (session.Get(_defaults))
            return Task.FromResult(session.Answer(ExitCode.Done, HostDefaults.Json.TrimEnd(), Defaults()));
        return _typed?.Invoke() is { } arguments && (HasSources(arguments) || !session.HasServer)
            ? Task.FromResult(Show(session, arguments))
            : session.SendAsync(input: null, cancellationToken);
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        if (request.Get(_defaults))
        {
            request.Data = Defaults();
            foreach (string line in HostDefaults.Json.TrimEnd().Split('\n'))
                request.WriteLine(line);
            return ExitCode.Done;
        }

        IReadOnlyList<ShownOption> options = await request.Service<ConfigurationReload>().ShowAsync(cancellationToken).ConfigureAwait(false);
        request.Data = options;
        foreach (ShownOption option in options)
            request.WriteLine(Line(option));
        return request.Done($"The running server uses these values. Its data folder: {request.Service<IOptions<ServerOptions>>().Value.DataDirectory}");
    }

    private CommandOutput Show(AdminSession session, CommandLine.Arguments arguments)
    {
        HostLayers layers;
        ServerOptions values;
        try
        {
            layers = HostConfiguration.Read(arguments, _surroundings);
            values = HostConfiguration.Options(layers, _surroundings);
        }
        catch (WrongUsageException e)
        {
            throw new AdminCommandException(ExitCode.WrongUsage, string.Join('\n', e.Problems));
        }
        catch (OptionsValidationException e)
        {
            throw new AdminCommandException(ExitCode.WrongUsage, string.Join('\n', e.Failures));
        }

        IReadOnlyList<ShownOption> options = ShownOption.Of(layers, [.. values.ToValues(), .. ProgramOptions.ValuesOf(layers.Configuration)], []);
        IEnumerable<string> lines = options.Select(option => TextSanitizer.Escape(Line(option)))
            .Append("A server that is started here would use these values.");
        return session.Answer(ExitCode.Done, string.Join('\n', lines), options);
    }

    private static IReadOnlyList<ShownOption> Defaults()
    {
        var options = new ServerOptions();
        HostDefaults.Apply(options);
        var layers = new HostLayers([]);
        return ShownOption.Of(layers, [.. options.ToValues(), .. ProgramOptions.ValuesOf(layers.Configuration)], []);
    }

    /// <summary>Whether sources were named besides the data folder.</summary>
    private static bool HasSources(CommandLine.Arguments arguments) =>
        arguments.ConfigFile is not null
        || arguments.Values.Any(value => !value.Key.Equals($"{ServerOptions.SectionName}:{nameof(ServerOptions.DataDirectory)}", StringComparison.OrdinalIgnoreCase));

    private static string Line(ShownOption option) => $"{option.Name} = {option.Value ?? "(none)"}  [{option.Source}]";
}
