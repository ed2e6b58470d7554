using System.Text;
using System.Text.Json;

namespace ServerLib.Cli;

/// <summary>Where the values of a JSON file are, by their names in configuration.</summary>
internal static class JsonLocations
{
    /// <returns>The line and column of each name, counted from 1; empty if the file cannot be read.</returns>
    public static IReadOnlyDictionary<string, (long Line, long Column)> Of(string file)
    {
        var places = new Dictionary<string, (long Line, long Column)>(StringComparer.OrdinalIgnoreCase);
        try
        {
            Read(SecretFile.ReadAllBytes(file), places);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // The code that reads the values reports this.
        }

        return places;
    }

    private static void Read(ReadOnlySpan<byte> json, Dictionary<string, (long Line, long Column)> places)
    {
        if (json.StartsWith(Encoding.UTF8.Preamble))
            json = json[Encoding.UTF8.Preamble.Length..];
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        var path = new Stack<string>();
        var items = new Stack<int>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    path.Push(reader.GetString()!);
                    places[Name(path)] = Place(json, reader.TokenStartIndex);
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    items.Pop();
                    break;
                default:
                    BeginItem(path, items);
                    if (items.TryPeek(out int item) && item >= 0)
                        places[Name(path)] = Place(json, reader.TokenStartIndex);
                    if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    {
                        items.Push(reader.TokenType == JsonTokenType.StartArray ? 0 : -1);
                        continue;
                    }

                    break;
            }

            path.TryPop(out _);
        }
    }

    /// <summary>An item of a list has its number as its name.</summary>
    private static void BeginItem(Stack<string> path, Stack<int> items)
    {
        if (!items.TryPop(out int next))
            return;
        items.Push(next < 0 ? next : next + 1);
        if (next >= 0)
            path.Push(next.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static string Name(Stack<string> path) => string.Join(':', path.Reverse());

    private static (long Line, long Column) Place(ReadOnlySpan<byte> json, long offset)
    {
        ReadOnlySpan<byte> before = json[..(int)offset];
        return (before.Count((byte)'\n') + 1, offset - before.LastIndexOf((byte)'\n'));
    }
}
