using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using ServerLib.Administration;
using ServerLib.Protocol;

namespace ServerLib.Cli;

/// <summary>The options' names and types, against which each source is checked: what is mistyped must not pass in silence.</summary>
internal static class OptionNames
{
    private static readonly Dictionary<string, Type> Types =
        new(Find(typeof(ServerOptions), ""), StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with the options in <paramref name="source"/>, a line each.</summary>
    /// <param name="source">One source of configuration.</param>
    /// <param name="from">How the source is named to the admin.</param>
    public static IEnumerable<string> Problems(IConfiguration source, string from)
    {
        IConfigurationSection section = source.GetSection(ServerOptions.SectionName);
        foreach ((string path, string? value) in section.AsEnumerable(makePathsRelative: true).OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            if (path.Length > 0 && Problem(section.GetSection(path), path, value) is { } problem)
                yield return $"{from}: {problem}";
        }

        if (section.Value is { Length: > 0 })
            yield return $"{from}: {ServerOptions.SectionName} holds options, and is none itself";
    }

    private static string? Problem(IConfigurationSection option, string path, string? value)
    {
        if (Types.TryGetValue(path, out Type? type))
        {
            if (type == typeof(IList<string>))
                return string.IsNullOrEmpty(value) ? null : $"{path} is a list: give {path}:0, {path}:1 and so on";
            return option.GetChildren().Any() ? null : Unconvertible(path, type, value);
        }

        bool isGroup = Types.Keys.Any(k => k.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase));
        if (isGroup)
            return string.IsNullOrEmpty(value) ? null : $"{path} holds options, and is none itself";
        return IsListItem(path) ? null : NearestName.Unknown("option", path, Types.Keys);
    }

    private static bool IsListItem(string path)
    {
        int colon = path.LastIndexOf(':');
        return colon > 0
            && int.TryParse(path.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && Types.TryGetValue(path[..colon], out Type? type) && type == typeof(IList<string>);
    }

    private static string? Unconvertible(string path, Type type, string? value)
    {
        try
        {
            if (value is not null && IsPlain(type, value) && (type == typeof(string) || TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null))
                return null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            // Said below.
        }

        return $"{path}: '{TextSanitizer.Escape(value ?? "null")}' is not allowed; it must be {Describe(type)}";
    }

    /// <summary>The converters also take 0x50 for 80, and 20 for twenty days.</summary>
    private static bool IsPlain(Type type, string value) =>
        type == typeof(int) || type == typeof(long) ? long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
        : type != typeof(TimeSpan) || value.Contains(':');

    private static string Describe(Type type) =>
        type.IsEnum ? string.Join(" or ", Enum.GetNames(type))
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(TimeSpan) ? "a time such as 00:02:00"
        : type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "a text"
        : type == typeof(RandomEarlyDrop) ? RandomEarlyDrop.Form
        : $"a {type.Name}";

    private static IEnumerable<KeyValuePair<string, Type>> Find(Type owner, string prefix)
    {
        foreach (PropertyInfo property in owner.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            string path = prefix + property.Name;
            Type type = property.PropertyType;
            if (property.CanWrite || type == typeof(IList<string>))
                yield return new(path, type);
            else if (type.Assembly == owner.Assembly)
            {
                foreach (KeyValuePair<string, Type> inner in Find(type, path + ":"))
                    yield return inner;
            }
        }
    }
}
