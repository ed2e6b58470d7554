using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using ServerLib.Protocol;

namespace ServerLib.Hosting;

/// <summary>One option: its name in configuration, and how it is set from text.</summary>
/// <param name="name">The name, such as <c>Limits:MaxFrameSize</c>.</param>
/// <param name="groups">The properties that lead from <see cref="ServerOptions"/> to the option's group.</param>
/// <param name="property">The option itself.</param>
internal sealed class OptionProperty(string name, PropertyInfo[] groups, PropertyInfo property)
{
    private static readonly Dictionary<string, OptionProperty> All =
        Of(typeof(ServerOptions), []).ToDictionary(option => option.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of all options.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    public string Name => name;

    private bool IsList => property.PropertyType == typeof(IList<string>);

    /// <summary>The option with a name, in any case.</summary>
    public static OptionProperty? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>Whether options have a name that begins with this and a colon.</summary>
    public static bool IsGroup(string name) => All.Keys.Any(option => option.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase));

    /// <summary>Sets the option.</summary>
    /// <returns>What is wrong with the value; <see langword="null"/> if the option was set.</returns>
    public string? Set(IConfigurationSection section, ServerOptions options)
    {
        object owner = groups.Aggregate((object)options, (group, next) => next.GetValue(group)!);
        if (IsList)
            return Add(section, (IList<string>)property.GetValue(owner)!);
        if (section.GetChildren().FirstOrDefault() is { } child)
            return $"{Name} is an option and has nothing below it, but there is {TextSanitizer.Escape(child.Key)}";
        if (section.Value is not { } text || !OptionText.TryConvert(text, property.PropertyType, out object? value))
            return $"{Name}: '{TextSanitizer.Escape(section.Value ?? "null")}' is not allowed; "
                + $"it must be {OptionText.Describe(property.PropertyType)}";
        property.SetValue(owner, value);
        return null;
    }

    private string? Add(IConfigurationSection section, IList<string> list)
    {
        if (!string.IsNullOrEmpty(section.Value))
            return $"{Name} is a list: give {Name}:0, {Name}:1 and so on";
        foreach (IConfigurationSection item in section.GetChildren())
        {
            if (!int.TryParse(item.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _) || item.Value is null)
                return $"{Name} is a list of texts: {TextSanitizer.Escape(item.Key)} is not one of its items";
            list.Add(item.Value);
        }

        return null;
    }

    private static IEnumerable<OptionProperty> Of(Type group, PropertyInfo[] path)
    {
        string prefix = string.Concat(path.Select(step => $"{step.Name}:"));
        foreach (PropertyInfo property in group.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.CanWrite || property.PropertyType == typeof(IList<string>))
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
