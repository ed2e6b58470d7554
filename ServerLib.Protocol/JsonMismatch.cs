using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ServerLib.Protocol;

/// <summary>Says, for the peer, why a JSON body does not match a type. It names members, and no types of the application.</summary>
internal static class JsonMismatch
{
    private const int MaxPath = 200;

    /// <summary>Describes why a body was refused, in one sentence.</summary>
    public static string Describe(JsonException exception, ReadOnlySpan<byte> body, JsonTypeInfo type)
    {
        if (body.IsEmpty)
            return "The body is empty.";
        if (exception.Path is { Length: > 2 and <= MaxPath } path && path.StartsWith('$'))
            return $"The member '{TextSanitizer.Escape(path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path)}' does not match.";
        string[] missing = [.. Missing(body, type)];
        return missing.Length == 0 ? "The body does not match." : $"The member '{missing[0]}' is missing.";
    }

    /// <summary>The members that are required but absent; none if the body is not a JSON object.</summary>
    private static IEnumerable<string> Missing(ReadOnlySpan<byte> body, JsonTypeInfo type)
    {
        JsonSerializerOptions options = type.Options;
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions
            {
                AllowTrailingCommas = options.AllowTrailingCommas,
                CommentHandling = options.ReadCommentHandling,
                MaxDepth = options.MaxDepth,
            });
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return [];
            StringComparer comparer = options.PropertyNameCaseInsensitive ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
            HashSet<string> present = document.RootElement.EnumerateObject().Select(member => member.Name).ToHashSet(comparer);
            return [.. type.Properties.Where(property => property.IsRequired && !present.Contains(property.Name)).Select(property => property.Name)];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
