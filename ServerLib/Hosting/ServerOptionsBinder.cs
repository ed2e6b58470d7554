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
        var problems = new List<string>();
        if (section.Value is { Length: > 0 })
            problems.Add($"{section.Key} is a group of options and has no value of its own");
        foreach (IConfigurationSection child in section.GetChildren())
            Read(child, child.Key, options, problems);
        return problems;
    }

    private static void Read(IConfigurationSection section, string path, ServerOptions options, List<string> problems)
    {
        if (OptionProperty.Find(path) is { } option)
        {
            if (option.Set(section, options) is { } problem)
                problems.Add(problem);
        }
        else if (!OptionProperty.IsGroup(path))
        {
            problems.Add(NearestName.Unknown("option", Leaf(section, path), OptionProperty.Names));
        }
        else if (!string.IsNullOrEmpty(section.Value))
        {
            problems.Add($"{TextSanitizer.Escape(path)} is a group of options and has no value of its own");
        }
        else
        {
            foreach (IConfigurationSection child in section.GetChildren())
                Read(child, $"{path}:{child.Key}", options, problems);
        }
    }

    /// <summary>The path of the first value below an unknown name, which shows best what was meant.</summary>
    private static string Leaf(IConfigurationSection section, string path) =>
        section.GetChildren().FirstOrDefault() is { } child ? Leaf(child, $"{path}:{child.Key}") : path;
}
