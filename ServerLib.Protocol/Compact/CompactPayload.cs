using System.Buffers.Binary;

namespace ServerLib.Protocol;

/// <summary>Reads the payloads of frames that a client sends after its login.</summary>
internal static class CompactPayload
{
    /// <summary>Reads a REQUEST or, if <paramref name="hasStatus"/> is set, a RESPONSE.</summary>
    public static ReadStatus ReadNumbered(MessageKind kind, bool hasStatus, ReadOnlyMemory<byte> payload, out Message message)
    {
        message = default;
        int head = sizeof(uint) + (hasStatus ? 1 : 0);
        if (payload.Length < head)
            return ReadStatus.Malformed;
        uint id = BinaryPrimitives.ReadUInt32BigEndian(payload.Span);
        message = new Message(kind, payload[head..], id: id, status: hasStatus ? payload.Span[sizeof(uint)] : (byte)0);
        return ReadStatus.Complete;
    }

    /// <summary>Reads a CALL, an EVENT or a CANCEL. Both sides send them alike.</summary>
    /// <param name="type">The frame's type.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="names">Decodes the name.</param>
    /// <param name="message">The call, event or cancellation.</param>
    public static ReadStatus ReadCall(FrameType type, ReadOnlyMemory<byte> payload, ref NameDecoder names, out Message message)
    {
        message = default;
        uint? id = null;
        if (type != FrameType.Event)
        {
            if (payload.Length < sizeof(uint))
                return ReadStatus.Malformed;
            id = BinaryPrimitives.ReadUInt32BigEndian(payload.Span);
            payload = payload[sizeof(uint)..];
        }

        if (type == FrameType.Cancel)
        {
            message = new Message(MessageKind.Cancel, id: id);
            return payload.IsEmpty ? ReadStatus.Complete : ReadStatus.Malformed;
        }

        if (!CompactFrame.TryReadName(payload.Span, out ReadOnlySpan<byte> name, out int consumed) || name.IsEmpty || names.Decode(name) is not { } text)
            return ReadStatus.Malformed;
        message = new Message(type == FrameType.Call ? MessageKind.Call : MessageKind.Event, payload[consumed..], text, id);
        return ReadStatus.Complete;
    }

    /// <summary>Reads a JOIN or LEAVE.</summary>
    public static ReadStatus ReadGroup(MessageKind kind, ReadOnlySpan<byte> payload, bool hasIds, out Message message)
    {
        CompactControl.Group? group = CompactControl.TryParse(payload, CompactJson.Default.Group);
        message = new Message(kind, name: group?.Name, id: hasIds ? group?.Id : null);
        return group?.Name is null ? ReadStatus.Malformed : ReadStatus.Complete;
    }

    /// <summary>Reads a USERS query.</summary>
    public static ReadStatus ReadUsers(ReadOnlySpan<byte> payload, bool hasIds, out Message message)
    {
        CompactControl.Group? query = CompactControl.TryParse(payload, CompactJson.Default.Group);
        message = new Message(MessageKind.Users, name: query?.Name, id: hasIds ? query?.Id : null);
        return query is null ? ReadStatus.Malformed : ReadStatus.Complete;
    }

    /// <summary>Reads a KEY_QUERY.</summary>
    public static ReadStatus ReadKeyQuery(ReadOnlySpan<byte> payload, bool hasIds, out Message message)
    {
        CompactControl.KeyQuery? query = CompactControl.TryParse(payload, CompactJson.Default.KeyQuery);
        uint? id = hasIds ? query?.Id : null;
        message = query is { Saved: true } ? new Message(MessageKind.SavedKeys, id: id) : new Message(MessageKind.KeyQuery, name: query?.Alias, id: id);
        return query is null ? ReadStatus.Malformed : ReadStatus.Complete;
    }

    /// <summary>Reads the id of a KEY, PASSWORD or COMMAND. Its handler reads the rest.</summary>
    public static Message ReadControl(MessageKind kind, ReadOnlyMemory<byte> payload, bool hasIds) =>
        new(kind, payload, id: hasIds ? CompactControl.TryParse(payload.Span, CompactJson.Default.Numbered)?.Id : null);

    /// <summary>The type of the frame in which a client sends a message of this kind.</summary>
    public static FrameType TypeOf(MessageKind kind) => kind switch
    {
        MessageKind.Room => FrameType.MessageIn,
        MessageKind.Direct => FrameType.DirectIn,
        MessageKind.Group => FrameType.GroupIn,
        MessageKind.Request => FrameType.Request,
        MessageKind.Response => FrameType.Response,
        MessageKind.Join => FrameType.Join,
        MessageKind.Leave => FrameType.Leave,
        MessageKind.Users => FrameType.Users,
        MessageKind.Key => FrameType.Key,
        MessageKind.Password => FrameType.Password,
        MessageKind.Command => FrameType.Command,
        MessageKind.Call => FrameType.Call,
        MessageKind.Event => FrameType.Event,
        MessageKind.Cancel => FrameType.Cancel,
        _ => FrameType.KeyQuery,
    };
}
