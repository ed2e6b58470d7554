using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ServerLib.Protocol;

/// <summary>Writes and reads bodies in JSON.</summary>
internal static class JsonBody
{
    /// <summary>Writes a value.</summary>
    public static void Write(IBufferWriter<byte> body, object? value, JsonTypeInfo type)
    {
        using Utf8JsonWriter writer = Open(body, type.Options);
        JsonSerializer.Serialize(writer, value, type);
    }

    /// <summary>Writes a value, without boxing it.</summary>
    public static void Write<T>(IBufferWriter<byte> body, T value, JsonTypeInfo<T> type)
    {
        using Utf8JsonWriter writer = Open(body, type.Options);
        JsonSerializer.Serialize(writer, value, type);
    }

    /// <summary>Reads a value.</summary>
    /// <exception cref="BodyFormatException">The body does not match the type.</exception>
    public static T? Read<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, type);
        }
        catch (JsonException e)
        {
            throw new BodyFormatException(JsonMismatch.Describe(e, body.Span, type), e);
        }
    }

    private static Utf8JsonWriter Open(IBufferWriter<byte> body, JsonSerializerOptions options) => new(body, new JsonWriterOptions
    {
        Encoder = options.Encoder,
        Indented = options.WriteIndented,
        MaxDepth = options.MaxDepth,
        SkipValidation = true,
    });
}
