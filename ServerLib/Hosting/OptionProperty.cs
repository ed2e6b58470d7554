using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using ServerLib.Protocol;

namespace ServerLib.Hosting;

/// <summary>One option: its name in configuration, and how it is set from text.</summary>
/// <param name="name">The name, such as <c>Limits:MaxFrameSize</c>.</param>
/// <param name="groups">The properties that lead from the options to the option's group.</param>
/// <param name="property">The option itself.</param>
internal sealed class OptionProperty(string name, PropertyInfo[] groups, PropertyInfo property)
{
    public string Name => name;

    /// <summary>Whether the option is a list of end points, each of which has options of its own.</summary>
    public bool IsEndpoints => property.PropertyType == typeof(IList<ServerEndpoint>);

    /// <summary>Whether a change is in force only after a restart.</summary>
    public bool NeedsRestart => groups.Append(property).Any(step => step.IsDefined(typeof(NeedsRestartAttribute)));

    /// <summary>Whether the option is a secret, which is never shown.</summary>
    public bool IsSecret => property.Name.EndsWith("Password", StringComparison.Ordinal);

    /// <summary>The option's type.</summary>
    public Type Type => property.PropertyType;

    /// <summary>The option itself.</summary>
    public PropertyInfo Property => property;

    /// <summary>The properties that lead from the options to the option's group.</summary>
    public IReadOnlyList<PropertyInfo> Groups => groups;

    /// <summary>Whether a property is a list.</summary>
    public static bool IsList(PropertyInfo property) =>
        property.PropertyType == typeof(IList<string>) || property.PropertyType == typeof(IList<ServerEndpoint>);

    /// <summary>Sets the option.</summary>
    /// <param name="section">The value in configuration.</param>
    /// <param name="options">The object that has the option, or the group in which it is.</param>
    /// <returns>What is wrong with the value; <see langword="null"/> if the option was set.</returns>
    public string? Set(IConfigurationSection section, object options)
    {
        if (IsList(property))
            return Add(section, (IList<string>)ValueIn(options));
        if (section.GetChildren().FirstOrDefault() is { } child)
            return $"{Name} is an option and has nothing below it, but there is {TextSanitizer.Escape(child.Key)}";
        if (section.Value is not { } text || !OptionText.TryConvert(text, property.PropertyType, out object? value))
            return $"{Name}: '{TextSanitizer.Escape(section.Value ?? "null")}' is not allowed; "
                + $"it must be {OptionText.Describe(property.PropertyType)}";
        property.SetValue(GroupIn(options), value);
        return null;
    }

    /// <summary>The items of the option in configuration, which must be a list.</summary>
    /// <returns>The items, or what is wrong.</returns>
    public (IReadOnlyList<IConfigurationSection> Items, string? Problem) ItemsOf(IConfigurationSection section)
    {
        if (!string.IsNullOrEmpty(section.Value))
            return ([], $"{Name} is a list: give {Name}:0, {Name}:1 and so on");
        IConfigurationSection[] items = [.. section.GetChildren()];
        return Array.Find(items, item => !int.TryParse(item.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)) is { } other
            ? ([], $"{Name} is a list: {TextSanitizer.Escape(other.Key)} is not one of its items")
            : (items, null);
    }

    /// <summary>Adds an item to the option, which is a list of end points.</summary>
    public ServerEndpoint AddEndpoint(object options)
    {
        var endpoint = new ServerEndpoint();
        ((IList<ServerEndpoint>)ValueIn(options)).Add(endpoint);
        return endpoint;
    }

    /// <summary>The option's value.</summary>
    public object? Get(object options) => property.GetValue(GroupIn(options));

    /// <summary>Whether the option has the same value in both.</summary>
    public bool IsSame(object left, object right) => (Get(left), Get(right)) switch
    {
        (IList<string> some, IList<string> others) => some.SequenceEqual(others, StringComparer.Ordinal),
        (IList<ServerEndpoint> some, IList<ServerEndpoint> others) => some.Count == others.Count
            && some.Zip(others).All(pair => OptionSet.Endpoint.All.All(option => option.IsSame(pair.First, pair.Second))),
        (var some, var other) => Equals(some, other),
    };

    /// <summary>Gives the option the value that it has in other options.</summary>
    public void Copy(object from, object to)
    {
        switch (Get(from), Get(to))
        {
            case (IList<string> source, IList<string> target):
                Replace(source, target);
                break;
            case (IList<ServerEndpoint> source, IList<ServerEndpoint> target):
                Replace(source, target);
                break;
            case (var value, _):
                property.SetValue(GroupIn(to), value);
                break;
        }
    }

    private static void Replace<T>(IList<T> source, IList<T> target)
    {
        target.Clear();
        foreach (T item in source)
            target.Add(item);
    }

    private string? Add(IConfigurationSection section, IList<string> list)
    {
        (IReadOnlyList<IConfigurationSection> items, string? problem) = ItemsOf(section);
        foreach (IConfigurationSection item in items)
        {
            if (item.Value is null)
                return $"{Name} is a list: {TextSanitizer.Escape(item.Key)} is not one of its items";
            list.Add(item.Value);
        }

        return problem;
    }

    private object GroupIn(object options) => groups.Aggregate(options, (group, next) => next.GetValue(group)!);

    private object ValueIn(object options) => property.GetValue(GroupIn(options))!;
}
