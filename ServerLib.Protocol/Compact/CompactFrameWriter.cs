using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace ServerLib.Protocol;

/// <summary>Writes the compact protocol's frames into a sink.</summary>
internal static class CompactFrameWriter
{
    /// <summary>Writes a MESSAGE from <paramref name="sender"/>.</summary>
    /// <exception cref="ArgumentException">The sender's name has more than 255 bytes.</exception>
    [SkipLocalsInit]
    public static SendOutcome WriteMessage(IFrameSink sink, string sender, Message message)
    {
        ReadOnlySpan<byte> body = message.CompactBody;
        Span<byte> head = stackalloc byte[CompactFrame.HeaderSize + 1 + CompactFrame.MaxNameSize];
        int name = CompactFrame.WriteName(head[CompactFrame.HeaderSize..], sender);
        CompactFrame.WriteHeader(head, FrameType.MessageOut, name + body.Length);
        return sink.Write(head[..(CompactFrame.HeaderSize + name)], body);
    }

    /// <summary>Writes a frame with this payload.</summary>
    public static SendOutcome WriteFrame(IFrameSink sink, FrameType type, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[CompactFrame.HeaderSize];
        CompactFrame.WriteHeader(head, type, payload.Length);
        return sink.Write(head, payload);
    }

    /// <summary>Writes a REQUEST, or a RESPONSE if there is a <paramref name="status"/>.</summary>
    public static SendOutcome WriteNumbered(IFrameSink sink, FrameType type, uint id, ReadOnlySpan<byte> body, byte? status)
    {
        Span<byte> head = stackalloc byte[CompactFrame.HeaderSize + sizeof(uint) + 1];
        int size = CompactFrame.HeaderSize + sizeof(uint);
        BinaryPrimitives.WriteUInt32BigEndian(head[CompactFrame.HeaderSize..], id);
        if (status is { } value)
            head[size++] = value;
        CompactFrame.WriteHeader(head, type, size - CompactFrame.HeaderSize + body.Length);
        return sink.Write(head[..size], body);
    }

    /// <summary>Writes a CALL.</summary>
    /// <exception cref="ArgumentException">The name does not have 1 to 255 bytes.</exception>
    [SkipLocalsInit]
    public static SendOutcome WriteCall(IFrameSink sink, uint id, string name, ReadOnlySpan<byte> body)
    {
        Span<byte> head = stackalloc byte[CompactFrame.HeaderSize + sizeof(uint) + 1 + CompactFrame.MaxNameSize];
        int size = CompactFrame.HeaderSize + sizeof(uint);
        BinaryPrimitives.WriteUInt32BigEndian(head[CompactFrame.HeaderSize..], id);
        size += CallName.Write(head[size..], name);
        CompactFrame.WriteHeader(head, FrameType.Call, size - CompactFrame.HeaderSize + body.Length);
        return sink.Write(head[..size], body);
    }

    /// <summary>Writes an EVENT.</summary>
    /// <exception cref="ArgumentException">The name does not have 1 to 255 bytes.</exception>
    [SkipLocalsInit]
    public static SendOutcome WriteEvent(IFrameSink sink, string name, ReadOnlySpan<byte> body)
    {
        Span<byte> head = stackalloc byte[CompactFrame.HeaderSize + 1 + CompactFrame.MaxNameSize];
        int size = CompactFrame.HeaderSize + CallName.Write(head[CompactFrame.HeaderSize..], name);
        CompactFrame.WriteHeader(head, FrameType.Event, size - CompactFrame.HeaderSize + body.Length);
        return sink.Write(head[..size], body);
    }

    /// <summary>Writes a CANCEL.</summary>
    public static SendOutcome WriteCancel(IFrameSink sink, uint id) => WriteNumbered(sink, FrameType.Cancel, id, [], status: null);

    /// <summary>Writes a control frame.</summary>
    public static void WriteControl<T>(IFrameSink sink, FrameType type, T payload, JsonTypeInfo<T> json) =>
        sink.Write(EncodeControl(type, payload, json));

    /// <summary>Encodes a control frame, header included.</summary>
    public static byte[] EncodeControl<T>(FrameType type, T payload, JsonTypeInfo<T> json) =>
        Encode(type, CompactControl.Serialize(payload, json));

    /// <summary>Encodes a frame with this payload, header included.</summary>
    public static byte[] Encode(FrameType type, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[CompactFrame.HeaderSize + payload.Length];
        CompactFrame.WriteHeader(frame, type, payload.Length);
        payload.CopyTo(frame.AsSpan(CompactFrame.HeaderSize));
        return frame;
    }
}
