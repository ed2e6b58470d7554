using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerLib.Administration.Commands;

/// <summary>Times in the JSON of commands: ISO 8601, in milliseconds, with the offset from UTC.</summary>
internal sealed class JsonTime : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(JsonEncodedText.Encode(
            value.ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture), JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
}
