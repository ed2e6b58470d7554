using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ServerLib.Hosting;

namespace ServerLib.Tests.Docs;

/// <summary>The tables of the configuration page, generated from the options' XML documentation.</summary>
internal static partial class OptionsTable
{
    public const string Begin = "<!-- Generated. To update: UPDATE_DOCS=1 dotnet test --filter ConfigurationPageTests -->\n";
    public const string End = "<!-- End of the generated part -->";

    private static readonly Dictionary<string, XElement> Comments =
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, "ServerLib.xml")).Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!);

    /// <summary>Describes the options of a type, and then each group of options in a section of its own.</summary>
    public static string Generate(object options)
    {
        var text = new StringBuilder();
        Append(text, options, prefix: "", needsRestart: false);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object options, string prefix, bool needsRestart)
    {
        text.Append("\n| option | default | changes | description |\n| --- | --- | --- | --- |\n");
        PropertyInfo[] properties = options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (PropertyInfo property in properties.Where(IsOption))
        {
            string name = property.CanWrite ? $"`{prefix}{property.Name}`" : $"`{prefix}{property.Name}:0`, `:1` …";
            string summary = PlainDefault().Replace(Summary($"P:{property.DeclaringType!.FullName}.{property.Name}"), "");
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            string values = type.IsEnum ? $" One of `{string.Join("`, `", Enum.GetNames(type))}`." : "";
            string change = needsRestart || property.IsDefined(typeof(NeedsRestartAttribute)) ? "restart" : "reload";
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {Default(property.GetValue(options))} | {change} | {summary}{values} |\n");
        }

        foreach (PropertyInfo list in properties.Where(property => property.PropertyType == typeof(IList<ServerEndpoint>)))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {list.Name}\n\n{Summary($"T:{typeof(ServerEndpoint).FullName}")}\n");
            Append(text, new ServerEndpoint(), $"{prefix}{list.Name}:0:", needsRestart: true);
        }

        foreach (PropertyInfo group in properties.Where(IsGroup))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {group.Name}\n\n{Summary($"T:{group.PropertyType.FullName}")}\n");
            Append(
                text, group.GetValue(options)!, $"{prefix}{group.Name}:", needsRestart || group.IsDefined(typeof(NeedsRestartAttribute)));
        }
    }

    internal static bool IsOption(PropertyInfo property) => property.CanWrite || property.PropertyType.IsAssignableTo(typeof(IEnumerable));

    internal static bool IsGroup(PropertyInfo property) =>
        !IsOption(property) && property.PropertyType.Assembly == typeof(ServerOptions).Assembly && property.PropertyType.IsClass;

    private static string Default(object? value) => value switch
    {
        null or "" => "none",
        string text => $"`{text.Replace("\n", "\\n", StringComparison.Ordinal)}`",
        TimeSpan time => $"`{time:c}`",
        bool on => on ? "`true`" : "`false`",
        ICollection { Count: 0 } => "none",
        _ => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };

    /// <summary>The summary on one line, with its references as code.</summary>
    internal static string Summary(string member)
    {
        if (!Comments.TryGetValue(member, out XElement? summary))
            throw new InvalidOperationException($"{member} has no summary");
        string text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "see" } see when see.Attribute("cref") is { } target => $"`{target.Value.Split('(')[0].Split('.')[^1]}`",
            XElement { Name.LocalName: "see" } see when see.Attribute("langword") is { } word => $"`{word.Value}`",
            XElement element => $"`{element.Value}`",
            _ => node.ToString(),
        }));
        return System.Net.WebUtility.HtmlDecode(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
            .Replace("|", "\\|", StringComparison.Ordinal);
    }

    /// <summary>The sentence about a default that the second column has already.</summary>
    [GeneratedRegex(@" Default (none|[\d,]+|`[^`]+`)\.(?= |$)")]
    private static partial Regex PlainDefault();
}
