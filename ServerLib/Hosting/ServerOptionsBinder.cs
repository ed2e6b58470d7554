using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using ServerLib.Protocol;

namespace ServerLib.Hosting;

/// <summary>
/// Reads <see cref="ServerOptions"/> from configuration, and rejects what the framework's binder would ignore: unknown names, and values in
/// the wrong place. <c>AddServerLib(configuration)</c> uses it.
/// </summary>
internal static class ServerOptionsBinder
{
    /// <inheritdoc cref="ServerOptions.FindProblems"/>
    public static IReadOnlyList<string> FindProblems(IConfigurationSection section) => Read(section, new ServerOptions());

    /// <summary>Sets the options that the section holds. The others keep their values.</summary>
    /// <param name="section">The section that holds the options.</param>
    /// <param name="name">The name of the options; empty for those of a server without a name.</param>
    /// <param name="options">The options to change.</param>
    /// <exception cref="OptionsValidationException">A name is unknown or a value invalid.</exception>
    public static void Bind(IConfigurationSection section, string name, ServerOptions options)
    {
        List<string> problems = Read(section, options);
        if (problems.Count > 0)
            throw new OptionsValidationException(name, typeof(ServerOptions), problems.Select(problem => $"{section.Path}: {problem}"));
    }

    private static List<string> Read(IConfigurationSection section, ServerOptions options)
    {
        if (section.Value is { Length: > 0 })
            return [$"{section.Key} is a group of options and has no value of its own"];
        return ReadBelow(section, "", OptionSet.Server, options);
    }

    /// <summary>Reads the options below a section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="prefix">The path of its options, such as <c>Limits:</c>.</param>
    /// <param name="known">The options that exist.</param>
    /// <param name="options">The object that has them.</param>
    private static List<string> ReadBelow(IConfigurationSection section, string prefix, OptionSet known, object options) =>
        [.. section.GetChildren().SelectMany(child => Read(child, prefix + child.Key, known, options))];

    private static List<string> Read(IConfigurationSection section, string path, OptionSet known, object options)
    {
        if (known.Find(path) is { IsEndpoints: true } endpoints)
            return ReadEndpoints(section, endpoints, options);
        if (known.Find(path) is { } option)
            return option.Set(section, options) is { } problem ? [problem] : [];
        if (!known.IsGroup(path))
            return [NearestName.Unknown("option", Leaf(section, path), known.Names)];
        return string.IsNullOrEmpty(section.Value)
            ? ReadBelow(section, $"{path}:", known, options)
            : [$"{TextSanitizer.Escape(path)} is a group of options and has no value of its own"];
    }

    private static List<string> ReadEndpoints(IConfigurationSection section, OptionProperty option, object options)
    {
        (IReadOnlyList<IConfigurationSection> items, string? problem) = option.ItemsOf(section);
        List<string> problems = problem is null ? [] : [problem];
        foreach (IConfigurationSection item in items)
        {
            problems.AddRange(ReadBelow(item, "", OptionSet.Endpoint, option.AddEndpoint(options))
                .Select(inner => $"{option.Name}:{item.Key}: {inner}"));
        }

        return problems;
    }

    /// <summary>The path of the first value below an unknown name, which shows best what was meant.</summary>
    private static string Leaf(IConfigurationSection section, string path) =>
        section.GetChildren().FirstOrDefault() is { } child ? Leaf(child, $"{path}:{child.Key}") : path;
}
