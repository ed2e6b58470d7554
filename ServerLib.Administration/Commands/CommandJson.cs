using System.Text.Encodings.Web;
using System.Text.Json;
using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>The JSON of commands.</summary>
internal static class CommandJson
{
    /// <summary>How a command's data becomes JSON.</summary>
    public static JsonSerializerOptions Options { get; } =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonTime() } };

    // The default encoder also escapes letters of other languages, and characters that are harmful only in HTML.
    private static readonly JsonSerializerOptions Readable = new(Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>Writes data as indented JSON. Control characters are escaped, so it is safe for a terminal.</summary>
    public static string Write(object? data) =>
        string.Join('\n', JsonSerializer.Serialize(data, Readable).Split('\n').Select(TextSanitizer.Escape));
}
