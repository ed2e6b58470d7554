using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ServerLib.Protocol;

namespace ServerLib.ActivityLog;

/// <summary>Lines that are JSON objects.</summary>
internal sealed class JsonFormat : ILineFormat
{
    // The log is not part of a web page, so names in other scripts stay readable.
    private static JsonWriterOptions Options => new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Opening(string userid, string username, DateTimeOffset timestamp) => Format(
        0, new ActivityEntry("The activity log was opened.", members: [new("userid", userid), new("username", username)]), timestamp);

    public string Format(long index, ActivityEntry entry, DateTimeOffset timestamp)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", TextFormat.Time(timestamp));
            json.WriteString("level", entry.LevelName);
            json.WriteString("message", TextSanitizer.Escape(entry.Message));
            foreach ((string name, object value) in entry.Members)
                Write(json, name, value);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void Write(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case bool truth:
                json.WriteBoolean(name, truth);
                break;
            default:
                json.WriteString(name, value.ToString());
                break;
        }
    }
}
