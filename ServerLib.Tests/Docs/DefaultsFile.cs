using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ServerLib.Tests.Docs;

/// <summary>The file that <c>config show --defaults</c> prints, generated from the options and their XML documentation.</summary>
internal static class DefaultsFile
{
    private const int Width = 110;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Generate(ServerOptions options)
    {
        var text = new StringBuilder();
        text.Append("{\n");
        Comment(text, "  ", "All options of serverlib with their defaults. Keep what you change, and delete the rest.");
        text.Append("  \"ServerLib\": {");
        Append(text, options, "    ");
        text.Append("  },\n\n");
        Comment(text, "  ", "What is printed on standard error. One of Trace, Debug, Information, Warning, Error, Critical, None.");
        text.Append("  \"Logging\": {\n    \"LogLevel\": {\n      \"Default\": \"Warning\"\n    }\n  }\n}\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, object options, string indent)
    {
        PropertyInfo[] properties = options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (PropertyInfo property in properties.Where(OptionsTable.IsOption))
        {
            text.Append('\n');
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            string values = type.IsEnum ? $" One of {string.Join(", ", Enum.GetNames(type))}." : "";
            Comment(text, indent, OptionsTable.Summary($"P:{property.DeclaringType!.FullName}.{property.Name}") + values);
            object? value = property.GetValue(options);
            string off = value is null ? "// " : "";
            text.Append(CultureInfo.InvariantCulture, $"{indent}{off}\"{property.Name}\": {Json(value)},\n");
        }

        foreach (PropertyInfo group in properties.Where(OptionsTable.IsGroup))
        {
            text.Append('\n');
            Comment(text, indent, OptionsTable.Summary($"T:{group.PropertyType.FullName}"));
            text.Append(CultureInfo.InvariantCulture, $"{indent}\"{group.Name}\": {{");
            Append(text, group.GetValue(options)!, indent + "  ");
            text.Append(CultureInfo.InvariantCulture, $"{indent}}},\n");
        }
    }

    private static string Json(object? value) => value switch
    {
        null => "\"\"",
        bool or int or long => JsonSerializer.Serialize(value),
        System.Collections.IList => "[]",
        TimeSpan time => $"\"{time:c}\"",
        _ => JsonSerializer.Serialize(Convert.ToString(value, CultureInfo.InvariantCulture), Readable),
    };

    private static void Comment(StringBuilder text, string indent, string comment)
    {
        string line = $"{indent}//";
        foreach (string word in comment.Replace("`", "", StringComparison.Ordinal).Replace("\\|", "|", StringComparison.Ordinal).Split(' '))
        {
            if (line.Length + 1 + word.Length > Width)
            {
                text.Append(line).Append('\n');
                line = $"{indent}//";
            }

            line += $" {word}";
        }

        text.Append(line).Append('\n');
    }
}
