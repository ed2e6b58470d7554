using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServerLib.Administration;
using ServerLib.Cli.Chat;

namespace ServerLib.Cli;

/// <summary>Combines the sources of the configuration: command line, environment, <c>--config</c>, <c>appsettings.json</c>.</summary>
internal static class HostConfiguration
{
    private const string DefaultFile = "appsettings.json";
    private const string Environment = "environment";
    private const string VariablePrefix = "SERVERLIB_";

    /// <summary>Reads all sources, and checks the names and values in each.</summary>
    /// <exception cref="WrongUsageException">A file cannot be read, or a source has an invalid name or value.</exception>
    public static HostLayers Read(CommandLine.Arguments arguments, Surroundings surroundings) => new(ReadLayers(arguments, surroundings));

    /// <inheritdoc cref="Read"/>
    /// <returns>The sources, the strongest last. Each source has its place, also if it is empty.</returns>
    public static IReadOnlyList<ConfigurationLayer> ReadLayers(CommandLine.Arguments arguments, Surroundings surroundings)
    {
        var layers = new List<ConfigurationLayer>();
        var problems = new List<string>();
        bool inKubernetes = surroundings.Variables.ContainsKey("KUBERNETES_SERVICE_HOST");
        Add(ReadPairs(StandardVariables(surroundings.Variables)), ProgramOptions.OtlpVariable);
        string defaultFile = Path.Combine(surroundings.CurrentDirectory, DefaultFile);
        Add(File.Exists(defaultFile) ? ReadJson(defaultFile) : ReadPairs([]), defaultFile, isFile: true);
        if (arguments.ConfigFile is { } name)
        {
            string file = Path.GetFullPath(name, surroundings.CurrentDirectory);
            IConfiguration source = ReadJson(file);
            problems.AddRange(OutsideSections(source, file));
            Add(source, file, isFile: true);
        }

        Add(ReadPairs(Variables(surroundings.Variables).Concat(ConnectionStrings(surroundings.Variables))), Environment);
        Add(ReadPairs(arguments.Values), "command line");
        if (problems.Count == 0 && ProgramOptions.FindProblemOfAll(new HostLayers(layers).Configuration) is { } problem)
            problems.Add(problem);
        if (problems.Count > 0)
            throw new WrongUsageException(problems);
        return layers;

        void Add(IConfiguration given, string from, bool isFile = false)
        {
            IConfiguration source = ProgramOptions.MoveOut(given);
            string hint = inKubernetes && from == Environment ? $" ({ServiceLinks.Hint})" : "";
            problems.AddRange(
                ServerOptions.FindProblems(source.GetSection(ServerOptions.SectionName)).Select(problem => $"{from}: {problem}{hint}"));
            problems.AddRange(ProgramOptions.FindProblems(source).Select(problem => $"{from}: {problem}"));
            problems.AddRange(LogLevels(source, from));
            var values = source.AsEnumerable().Where(pair => pair.Value is not null).ToDictionary(StringComparer.OrdinalIgnoreCase);
            layers.Add(new ConfigurationLayer(from, values, isFile));
        }
    }

    /// <summary>The options that a server would have with this configuration.</summary>
    /// <exception cref="OptionsValidationException">An option is invalid.</exception>
    public static ServerOptions Options(HostLayers layers, Surroundings surroundings)
    {
        var services = new ServiceCollection();
        services.AddServerLib(HostDefaults.Apply).Configure(layers.Configuration);
        services.PostConfigure<ServerOptions>(
            options => options.DataDirectory = HostSetup.FullPath(options.DataDirectory, surroundings.CurrentDirectory));
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<ServerOptions>>().Value;
    }

    /// <summary>The paths of all files that can be sources, whether they exist or not.</summary>
    public static IEnumerable<string> Files(CommandLine.Arguments arguments, Surroundings surroundings)
    {
        yield return Path.Combine(surroundings.CurrentDirectory, DefaultFile);
        if (arguments.ConfigFile is { } name)
            yield return Path.GetFullPath(name, surroundings.CurrentDirectory);
    }

    /// <summary>The data folder from the sources that can be read, or the default.</summary>
    public static string DataFolder(CommandLine.Arguments arguments, Surroundings surroundings)
    {
        string folder = Named(ReadPairs(arguments.Values))
            ?? Named(ReadPairs(Variables(surroundings.Variables)))
            ?? (arguments.ConfigFile is { } name ? NamedIn(name) : null)
            ?? NamedIn(DefaultFile)
            ?? new ServerOptions().DataDirectory;
        return Path.GetFullPath(folder, surroundings.CurrentDirectory);

        static string? Named(IConfiguration source) =>
            source[$"{ServerOptions.SectionName}:{nameof(ServerOptions.DataDirectory)}"] is { Length: > 0 } found ? found : null;

        string? NamedIn(string name)
        {
            try
            {
                return Named(ReadJson(Path.GetFullPath(name, surroundings.CurrentDirectory)));
            }
            catch (WrongUsageException)
            {
                return null;
            }
        }
    }

    private static IConfiguration ReadJson(string file)
    {
        try
        {
            using var stream = new MemoryStream(SecretFile.ReadAllBytes(file));
            return new ConfigurationBuilder().AddJsonStream(stream).Build();
        }
        catch (JsonException e)
        {
            string what = e.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
            throw new WrongUsageException($"{file}: line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: {TextSanitizer.Escape(what)}");
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or FormatException or InvalidDataException or InvalidOperationException)
        {
            throw new WrongUsageException(e is FileNotFoundException or DirectoryNotFoundException
                ? $"{file} does not exist"
                : $"{file}: {PlainCause.Of(e)}");
        }
    }

    private static IConfigurationRoot ReadPairs(IEnumerable<KeyValuePair<string, string?>> pairs)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string? value) in pairs)
            values[key] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    private static IEnumerable<KeyValuePair<string, string?>> Variables(IReadOnlyDictionary<string, string?> variables) =>
        from variable in variables
        where variable.Key.StartsWith(VariablePrefix, StringComparison.OrdinalIgnoreCase) && variable.Key.Length > VariablePrefix.Length
            && !variable.Key.Equals(ChatPassword.Variable, StringComparison.OrdinalIgnoreCase)
        let name = variable.Key[VariablePrefix.Length..]
        where !ServiceLinks.Contains(name, variable.Value)
        let option = name.Replace("__", ":", StringComparison.Ordinal)
        select KeyValuePair.Create($"{ServerOptions.SectionName}:{option}", variable.Value);

    private static IEnumerable<KeyValuePair<string, string?>> ConnectionStrings(IReadOnlyDictionary<string, string?> variables) =>
        from variable in variables
        where variable.Key.Equals(ProgramOptions.ConnectionStringVariable, StringComparison.OrdinalIgnoreCase)
        select KeyValuePair.Create(ProgramOptions.ConnectionString, variable.Value);

    private static IEnumerable<KeyValuePair<string, string?>> StandardVariables(IReadOnlyDictionary<string, string?> variables) =>
        variables.GetValueOrDefault(ProgramOptions.OtlpVariable) is { Length: > 0 } address
            ? [new($"{ServerOptions.SectionName}:{ProgramOptions.Otlp}", address)]
            : [];

    /// <summary>Checks the log levels. The framework throws an exception for an invalid one.</summary>
    private static IEnumerable<string> LogLevels(IConfiguration source, string from) =>
        from level in source.GetSection("Logging").AsEnumerable(makePathsRelative: true)
        where level.Key.Contains("LogLevel:", StringComparison.OrdinalIgnoreCase)
            && !string.IsNullOrEmpty(level.Value) && !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _)
        select $"{from}: Logging:{TextSanitizer.Escape(level.Key)}: '{TextSanitizer.Escape(level.Value!)}' is not a log level; "
            + $"it must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}";

    /// <summary>A file in <c>--config</c> is for this program only, so an unknown section is a mistake.</summary>
    private static IEnumerable<string> OutsideSections(IConfiguration source, string file) =>
        from section in source.GetChildren()
        where !section.Key.Equals(ServerOptions.SectionName, StringComparison.OrdinalIgnoreCase)
            && !section.Key.Equals("Logging", StringComparison.OrdinalIgnoreCase)
            && !section.Key.Equals("ConnectionStrings", StringComparison.OrdinalIgnoreCase)
        select $"{file}: {TextSanitizer.Escape(section.Key)} is not a known section; the options belong under {ServerOptions.SectionName}";
}
