namespace ServerLib.Cli;

/// <summary>An option as <c>config show</c> shows it.</summary>
/// <param name="Name">The name in configuration.</param>
/// <param name="Value">The value, without secrets; <see langword="null"/> if there is none.</param>
/// <param name="Source">Where the value comes from.</param>
/// <param name="NeedsRestart">Whether a change is in force only after a restart.</param>
internal sealed record ShownOption(string Name, string? Value, string Source, bool NeedsRestart)
{
    private const string Kept = "until a restart";

    /// <summary>All options of a server and of the program.</summary>
    /// <param name="layers">The sources.</param>
    /// <param name="values">The values in force.</param>
    /// <param name="changed">The options that have another value in the sources.</param>
    public static IReadOnlyList<ShownOption> Of(HostLayers layers, IEnumerable<OptionValue> values, IReadOnlyCollection<string> changed) =>
    [
        .. values.Select(value => new ShownOption(
            value.Name,
            ProgramOptions.WithoutPassword(value.Value),
            changed.Any(option => IsOf(value.Name, option)) ? Kept : SourceOf(layers, value.Name),
            value.NeedsRestart)),
    ];

    private static string SourceOf(HostLayers layers, string name) =>
        layers.Layers.LastOrDefault(layer => layer.Values.ContainsKey(ProgramOptions.KeyOf(name)))?.From ?? "default";

    /// <summary>Whether a value is that of an option, or of an item of an option that is a list.</summary>
    private static bool IsOf(string name, string option) => name == option || name.StartsWith($"{option}:", StringComparison.Ordinal);
}
