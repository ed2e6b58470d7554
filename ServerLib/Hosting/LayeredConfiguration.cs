using Microsoft.Extensions.Configuration;

namespace ServerLib.Hosting;

/// <summary>Combines the sources of a configuration. Later sources win, as usual, but a list comes whole from the last source that has it.</summary>
/// <remarks>
/// The framework combines lists by index: a list of one item in the environment would replace the first of three items in a file, and keep
/// the others. An admin who wants to replace a list of bans or allowed addresses does not expect that.
/// </remarks>
internal static class LayeredConfiguration
{
    /// <summary>Reads a section.</summary>
    public static IConfigurationSection GetSection(IConfigurationRoot root, string path)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (IConfigurationProvider provider in Sources(root))
            Add(values, [.. Read(provider, path)]);
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection(path);
    }

    /// <summary>The sources, also those of a configuration that is part of another one.</summary>
    private static IEnumerable<IConfigurationProvider> Sources(IConfigurationRoot root) => root.Providers.SelectMany(provider =>
        provider is ChainedConfigurationProvider { Configuration: IConfigurationRoot inner } ? Sources(inner) : [provider]);

    private static IEnumerable<KeyValuePair<string, string?>> Read(IConfigurationProvider provider, string path)
    {
        if (provider.TryGet(path, out string? value))
            yield return new(path, value);
        foreach (string key in provider.GetChildKeys([], path).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            foreach (KeyValuePair<string, string?> inner in Read(provider, ConfigurationPath.Combine(path, key)))
                yield return inner;
        }
    }

    private static void Add(Dictionary<string, string?> values, KeyValuePair<string, string?>[] source)
    {
        var lists = source.Select(pair => IsItem(pair.Key) ? ConfigurationPath.GetParentPath(pair.Key)! : pair.Key)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (string key in values.Keys.Where(key => IsItem(key) && lists.Contains(ConfigurationPath.GetParentPath(key)!)).ToArray())
            values.Remove(key);
        foreach ((string key, string? value) in source)
            values[key] = value;
    }

    private static bool IsItem(string key) => ConfigurationPath.GetSectionKey(key)!.All(char.IsAsciiDigit);
}
