using System.Reflection;

namespace ServerLib.Hosting;

/// <summary>The options of a type and of its groups, by their names in configuration.</summary>
internal sealed class OptionSet
{
    private readonly Dictionary<string, OptionProperty> _options;

    private OptionSet(Type type) =>
        _options = Of(type, []).ToDictionary(option => option.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The options of <see cref="ServerOptions"/>.</summary>
    public static OptionSet Server { get; } = new(typeof(ServerOptions));

    /// <summary>All options.</summary>
    public IReadOnlyCollection<OptionProperty> All => _options.Values;

    /// <summary>The options of an item of <see cref="ServerOptions.Endpoints"/>.</summary>
    public static OptionSet Endpoint { get; } = new(typeof(ServerEndpoint));

    /// <summary>The names of all options.</summary>
    public IReadOnlyCollection<string> Names => _options.Keys;

    /// <summary>The option with a name, in any case.</summary>
    public OptionProperty? Find(string name) => _options.GetValueOrDefault(name);

    /// <summary>Whether options have a name that begins with this and a colon.</summary>
    public bool IsGroup(string name) => _options.Keys.Any(option => option.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<OptionProperty> Of(Type group, PropertyInfo[] path)
    {
        string prefix = string.Concat(path.Select(step => $"{step.Name}:"));
        foreach (PropertyInfo property in group.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.CanWrite || OptionProperty.IsList(property))
            {
                yield return new OptionProperty(prefix + property.Name, path, property);
            }
            else if (property.PropertyType.Assembly == group.Assembly)
            {
                foreach (OptionProperty inner in Of(property.PropertyType, [.. path, property]))
                    yield return inner;
            }
        }
    }
}
