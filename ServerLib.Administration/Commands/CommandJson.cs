using System.Text.Encodings.Web;
using System.Text.Json;
using ServerLib.Protocol;

namespace ServerLib.Cli;

/// <summary>JSON as it is printed.</summary>
internal static class CommandJson
{
    // What would be of harm in a web page, such as '+', may stand in a terminal or a file as it is, and other languages' letters too.
    private static readonly JsonSerializerOptions Readable = new(CommandRunner.Json)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>Writes data in several lines. What a terminal must not get is escaped as JSON does it.</summary>
    public static string Write(object? data) =>
        string.Join('\n', JsonSerializer.Serialize(data, Readable).Split('\n').Select(TextSanitizer.Escape));
}
