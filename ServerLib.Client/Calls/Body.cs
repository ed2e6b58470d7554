using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Writes and reads the bodies of calls and events. A body is empty if there is no value.</summary>
internal static class Body
{
    public static ReadOnlyMemory<byte> Write<T>(T value, IBodySerializer serializer)
    {
        if (value is null)
            return default;
        var body = new ArrayBufferWriter<byte>();
        serializer.Serialize(body, value);
        return body.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Write<T>(T value, JsonTypeInfo<T> type) =>
        value is null ? default : JsonSerializer.SerializeToUtf8Bytes(value, type);

    /// <exception cref="BodyFormatException">The body does not match the type.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body, IBodySerializer serializer) => body.IsEmpty ? Nothing<T>() : serializer.Deserialize<T>(body)!;

    /// <inheritdoc cref="Read{T}(ReadOnlyMemory{byte}, IBodySerializer)"/>
    public static T Read<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type) => body.IsEmpty ? Nothing<T>() : JsonBody.Read(body, type)!;

    private static T Nothing<T>() => default(T) is null ? default! : throw new BodyFormatException("The body is empty.");
}
