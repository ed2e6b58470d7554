using System.Text.Json;

namespace ServerLib.Administration.Import;

/// <summary>Reads the entries of a file with accounts.</summary>
internal static class ImportFile
{
    /// <summary>Reads the entries. A bad entry does not end this; an error after which nothing can be read does.</summary>
    public static IEnumerable<ImportEntry> Read(Stream file, ImportFormat format) => format switch
    {
        ImportFormat.Existing => ExistingSystemReader.Read(file),
        ImportFormat.Csv => CsvReader.Read(file),
        _ => JsonLinesReader.Read(file),
    };

    /// <summary>Finds out the format from the beginning of a file, and goes back to it.</summary>
    public static ImportFormat DetectFormat(Stream file)
    {
        var tokens = new JsonTokens(file);
        try
        {
            if (!tokens.Read() || tokens.Kind != JsonTokenType.StartObject || !tokens.Read())
                return ImportFormat.Csv;
            return tokens.Text == "users" && tokens.Read() && tokens.Kind == JsonTokenType.StartObject
                ? ImportFormat.Existing
                : ImportFormat.JsonLines;
        }
        catch (JsonException)
        {
            return tokens.Kind == JsonTokenType.None ? ImportFormat.Csv : ImportFormat.JsonLines;
        }
        finally
        {
            file.Position = 0;
        }
    }
}
