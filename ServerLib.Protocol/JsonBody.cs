using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ServerLib.Protocol;

/// <summary>Writes and reads bodies in JSON.</summary>
internal static class JsonBody
{
    [ThreadStatic]
    private static Utf8JsonWriter? _spare;

    [ThreadStatic]
    private static JsonSerializerOptions? _spareOptions;

    /// <summary>Writes a value.</summary>
    public static void Write(IBufferWriter<byte> body, object? value, JsonTypeInfo type)
    {
        Utf8JsonWriter writer = Open(body, type.Options);
        JsonSerializer.Serialize(writer, value, type);
        Close(writer, type.Options);
    }

    /// <summary>Writes a value, without boxing it.</summary>
    public static void Write<T>(IBufferWriter<byte> body, T value, JsonTypeInfo<T> type)
    {
        Utf8JsonWriter writer = Open(body, type.Options);
        JsonSerializer.Serialize(writer, value, type);
        Close(writer, type.Options);
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

    /// <summary>Takes this thread's writer if it has the same options, or creates one.</summary>
    private static Utf8JsonWriter Open(IBufferWriter<byte> body, JsonSerializerOptions options)
    {
        if (_spare is { } spare && _spareOptions == options)
        {
            _spare = null;
            spare.Reset(body);
            return spare;
        }

        return new Utf8JsonWriter(body, new JsonWriterOptions
        {
            Encoder = options.Encoder,
            Indented = options.WriteIndented,
            MaxDepth = options.MaxDepth,
            SkipValidation = true,
        });
    }

    /// <summary>Completes what was written, and keeps the writer for the next body of this thread.</summary>
    private static void Close(Utf8JsonWriter writer, JsonSerializerOptions options)
    {
        writer.Flush();
        (_spare, _spareOptions) = (writer, options);
    }
}
