using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Parses control frames from the server.</summary>
internal static class ControlPayload
{
    /// <exception cref="ServerClientException">The payload is malformed.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> payload, JsonTypeInfo<T> json)
        where T : class => CompactControl.TryParse(payload, json) ?? throw ClientErrors.Malformed("invalid JSON in a control frame");

    /// <summary>The exception for a CLOSE frame.</summary>
    public static ServerClientException ParseClose(ReadOnlySpan<byte> payload)
    {
        CompactControl.Close? close = CompactControl.TryParse(payload, CompactJson.Default.Close);
        string reason = TextSanitizer.Escape(close?.Text ?? close?.Code ?? "no reason given");
        return new ServerClientException($"The server ended the connection: {reason}")
        {
            Code = close?.Code,
            RetryAfter = Backoff.FromServer(close?.RetryAfterMs),
        };
    }
}
