using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace ServerLib.Testing;

/// <summary>
/// A frame of the compact protocol, as a <see cref="HostileClient"/> sends and receives it. It is written from the protocol's description and
/// checks nothing.
/// </summary>
/// <param name="Kind">The type. Any byte can be sent.</param>
/// <param name="Payload">The payload. Any bytes can be sent.</param>
public sealed record HostileFrame(FrameKind Kind, ReadOnlyMemory<byte> Payload)
{
    private const int HeaderSize = 5;

    /// <summary>Creates a frame whose payload is text.</summary>
    /// <param name="kind">The type.</param>
    /// <param name="text">The payload, for example JSON.</param>
    public HostileFrame(FrameKind kind, string text = "")
        : this(kind, Encoding.UTF8.GetBytes(text).AsMemory())
    {
    }

    /// <summary>The payload as text: UTF-8, with U+FFFD for malformed bytes.</summary>
    public string Text => Encoding.UTF8.GetString(Payload.Span);

    /// <summary>The member <c>code</c> of a payload that is a JSON object; <see langword="null"/> if there is none.</summary>
    public string? Code
    {
        get
        {
            try
            {
                using JsonDocument json = JsonDocument.Parse(Payload);
                return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("code", out JsonElement code)
                    ? code.GetString()
                    : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>A login by password.</summary>
    /// <param name="userName">The user's name; any text.</param>
    /// <param name="password">The password; any text.</param>
    public static HostileFrame Login(string userName, string password = "password") =>
        new(FrameKind.Login, JsonSerializer.SerializeToUtf8Bytes(new { mechanism = "PLAIN", username = userName, password }));

    /// <summary>The frame's bytes.</summary>
    /// <param name="length">The length to write in front of them, which can be wrong. Default the right one.</param>
    public byte[] ToBytes(uint? length = null)
    {
        byte[] bytes = new byte[HeaderSize + Payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, length ?? (uint)Payload.Length + 1);
        bytes[HeaderSize - 1] = (byte)Kind;
        Payload.CopyTo(bytes.AsMemory(HeaderSize));
        return bytes;
    }

    /// <summary>The type, and the code if there is one.</summary>
    public override string ToString() => Code is { } code ? $"{Kind} '{code}'" : $"{Kind}";
}
