using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerLib.Protocol;

namespace ServerLib.Tests.Compact;

/// <summary>
/// A frame of the compact protocol, written from its description alone so that the library's own code is put to the test.
/// </summary>
internal sealed record RawFrame(FrameType Type, byte[] Payload)
{
    public JsonNode Json => JsonNode.Parse(Payload)!;

    public static RawFrame Control(FrameType type, object payload) => new(type, JsonSerializer.SerializeToUtf8Bytes(payload));

    public static RawFrame Text(FrameType type, string json) => new(type, Encoding.UTF8.GetBytes(json));

    public static RawFrame Login(string name, string password) =>
        Control(FrameType.Login, new { mechanism = "PLAIN", username = name, password });

    public static RawFrame Message(string text) => new(FrameType.MessageIn, Encoding.UTF8.GetBytes(text));

    public static RawFrame Named(FrameType type, string name, byte[] body) =>
        new(type, [(byte)Encoding.UTF8.GetByteCount(name), .. Encoding.UTF8.GetBytes(name), .. body]);

    public static RawFrame Request(uint id, byte[] body)
    {
        byte[] payload = new byte[4 + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(payload, id);
        body.CopyTo(payload, 4);
        return new RawFrame(FrameType.Request, payload);
    }

    public static RawFrame Call(uint id, string name, string body = "") => new(
        FrameType.Call, [.. Number(id), .. Named(FrameType.Call, name, Encoding.UTF8.GetBytes(body)).Payload]);

    public static RawFrame Event(string name, string body = "") => Named(FrameType.Event, name, Encoding.UTF8.GetBytes(body));

    public static RawFrame Cancel(uint id) => new(FrameType.Cancel, Number(id));

    public static RawFrame Response(uint id, byte status, string body = "") =>
        new(FrameType.Response, [.. Number(id), status, .. Encoding.UTF8.GetBytes(body)]);

    /// <summary>The frames that lie one after the other in what was sent; the last one must be whole.</summary>
    public static List<RawFrame> Split(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<RawFrame>();
        while (!bytes.IsEmpty)
        {
            int size = 4 + (int)BinaryPrimitives.ReadUInt32BigEndian(bytes);
            frames.Add(new RawFrame((FrameType)bytes[4], bytes[5..size].ToArray()));
            bytes = bytes[size..];
        }

        return frames;
    }

    /// <summary>What a RESPONSE says: <c>id status text</c>.</summary>
    public string Answer => $"{BinaryPrimitives.ReadUInt32BigEndian(Payload)} {Payload[4]} {Encoding.UTF8.GetString(Payload, 5, Payload.Length - 5)}";

    /// <summary>The id at the start of the payload.</summary>
    public uint Id => BinaryPrimitives.ReadUInt32BigEndian(Payload);

    private static byte[] Number(uint id)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, id);
        return bytes;
    }

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[5 + Payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)Payload.Length + 1);
        bytes[4] = (byte)Type;
        Payload.CopyTo(bytes, 5);
        return bytes;
    }

    /// <summary>What a MESSAGE, DIRECT or GROUP frame of the server's says: its names, then the text.</summary>
    public string[] Parts(int names)
    {
        var parts = new List<string>();
        int at = 0;
        for (int i = 0; i < names; i++)
        {
            parts.Add(Encoding.UTF8.GetString(Payload, at + 1, Payload[at]));
            at += 1 + Payload[at];
        }

        parts.Add(Encoding.UTF8.GetString(Payload, at, Payload.Length - at));
        return [.. parts];
    }
}
