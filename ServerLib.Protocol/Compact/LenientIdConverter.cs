using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerLib.Protocol;

/// <summary>
/// Reads the id of a question. Anything but a <c>u32</c> counts as absent: to a peer without the feature, the member means nothing.
/// </summary>
internal sealed class LenientIdConverter : JsonConverter<uint?>
{
    public override bool HandleNull => true;

    public override uint? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        uint? id = reader.TokenType == JsonTokenType.Number && reader.TryGetUInt32(out uint number) ? number : null;
        reader.Skip();
        return id;
    }

    public override void Write(Utf8JsonWriter writer, uint? value, JsonSerializerOptions options)
    {
        if (value is { } id)
            writer.WriteNumberValue(id);
        else
            writer.WriteNullValue();
    }
}
