using System.Text.Json;

namespace ServerLib.Administration.Import;

/// <summary>Reads a JSON object from each line, as <c>user export --hashes</c> writes it.</summary>
internal static class JsonLinesReader
{
    public static IEnumerable<ImportEntry> Read(Stream file)
    {
        foreach ((long number, ReadOnlyMemory<byte>? line) in TextLines.Read(file))
            yield return line is { } bytes ? Read(number, bytes.Span) : ImportEntry.Bad(number, $"the line is longer than {TextLines.MaxLength} bytes");
    }

    private static ImportEntry Read(long number, ReadOnlySpan<byte> line)
    {
        AccountLine? read = null;
        try
        {
            read = JsonSerializer.Deserialize(line, AccountLineJson.Default.AccountLine);
            return read is null ? ImportEntry.Bad(number, "it is not a JSON object") : ImportEntry.Of(number, read.ToAccount());
        }
        catch (JsonException e)
        {
            string where = e.Path is { Length: > 1 } path ? $" ({ImportEntry.Shorten(path)})" : "";
            return ImportEntry.Bad(number, $"it is not valid JSON, is cut off, or has a member that is unknown or of the wrong type{where}");
        }
        catch (FormatException e)
        {
            return ImportEntry.Bad(number, e.Message, read?.Name);
        }
    }
}
