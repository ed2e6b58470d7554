using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Sends the frames of a session that uses the compact protocol.</summary>
/// <param name="link">The connection.</param>
/// <param name="end">When it ends.</param>
/// <param name="pending">Gets the requests that are sent, in the order in which they are written.</param>
internal sealed class CompactFrameSender(SessionLink link, SessionEnd end, PendingRequests pending)
{
    /// <summary>The largest frame that the server accepts, in bytes. It is known once HELLO has arrived.</summary>
    public int MaxFrame { get; set; }

    /// <summary>Sends the preface.</summary>
    public ValueTask SendPrefaceAsync(CancellationToken cancellationToken)
    {
        byte[] preface = ArrayPool<byte>.Shared.Rent(CompactFrame.Preface.Length);
        CompactFrame.Preface.CopyTo(preface);
        return link.WriteAsync(preface, CompactFrame.Preface.Length, cancellationToken);
    }

    /// <summary>Sends LOGIN, with the preface before it in the same write if <paramref name="withPreface"/> is set.</summary>
    /// <exception cref="ArgumentException">It is larger than a server accepts.</exception>
    public ValueTask SendLoginAsync(CompactControl.Login login, bool withPreface, CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> preface = withPreface ? CompactFrame.Preface : default;
        byte[] payload = CompactControl.Serialize(login, CompactJson.Default.Login);
        if (payload.Length >= CompactProtocol.MaxLoginFrameSize)
            throw new ArgumentException($"The login is larger than the {CompactProtocol.MaxLoginFrameSize} bytes that a server accepts.");
        int size = preface.Length + CompactFrame.HeaderSize + payload.Length;
        byte[] frame = ArrayPool<byte>.Shared.Rent(size);
        preface.CopyTo(frame);
        CompactFrame.WriteHeader(frame.AsSpan(preface.Length), FrameType.Login, payload.Length);
        payload.CopyTo(frame, preface.Length + CompactFrame.HeaderSize);

        // It may contain the password.
        Array.Clear(payload);
        return link.WriteAsync(frame, size, cancellationToken);
    }

    /// <summary>Sends a control frame.</summary>
    /// <inheritdoc cref="SendAsync(FrameType, ReadOnlySpan{byte}, ReadOnlySpan{byte}, CancellationToken, PendingRequest?)" path="/exception"/>
    public ValueTask SendAsync<T>(FrameType type, T payload, JsonTypeInfo<T> json, CancellationToken cancellationToken) =>
        SendAsync(type, default, CompactControl.Serialize(payload, json), cancellationToken);

    /// <summary>Sends a request that is a control frame.</summary>
    /// <inheritdoc cref="SendAsync(FrameType, ReadOnlySpan{byte}, ReadOnlySpan{byte}, CancellationToken, PendingRequest?)" path="/exception"/>
    public ValueTask SendAsync<T>(PendingRequest request, T payload, JsonTypeInfo<T> json, CancellationToken cancellationToken) =>
        SendAsync(request.Type, default, CompactControl.Serialize(payload, json), cancellationToken, request);

    /// <summary>Sends a body with the name of its recipient in front.</summary>
    /// <exception cref="ArgumentException">The name has more than 255 bytes, or the frame is larger than the server accepts.</exception>
    public ValueTask SendToAsync(FrameType type, string name, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        Span<byte> head = stackalloc byte[1 + CompactFrame.MaxNameSize];
        int size = CompactFrame.WriteName(head, name);
        return SendAsync(type, head[..size], body.Span, cancellationToken);
    }

    /// <summary>Sends a request whose payload is its id and a body.</summary>
    /// <inheritdoc cref="SendAsync(FrameType, ReadOnlySpan{byte}, ReadOnlySpan{byte}, CancellationToken, PendingRequest?)" path="/exception"/>
    public ValueTask SendNumberedAsync(PendingRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        Span<byte> head = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(head, request.Id);
        return SendAsync(request.Type, head, body.Span, cancellationToken, request);
    }

    /// <summary>Sends a CALL.</summary>
    /// <inheritdoc cref="SendAsync(FrameType, ReadOnlySpan{byte}, ReadOnlySpan{byte}, CancellationToken, PendingRequest?)" path="/exception"/>
    public ValueTask SendCallAsync(PendingRequest call, string name, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        Span<byte> head = stackalloc byte[sizeof(uint) + 1 + CompactFrame.MaxNameSize];
        BinaryPrimitives.WriteUInt32BigEndian(head, call.Id);
        int size = sizeof(uint) + CallName.Write(head[sizeof(uint)..], name);
        return SendAsync(FrameType.Call, head[..size], body.Span, cancellationToken, call);
    }

    /// <summary>Sends a CANCEL.</summary>
    /// <inheritdoc cref="SendAsync(FrameType, ReadOnlySpan{byte}, ReadOnlySpan{byte}, CancellationToken, PendingRequest?)" path="/exception"/>
    public ValueTask SendCancelAsync(uint id)
    {
        Span<byte> head = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(head, id);
        return SendAsync(FrameType.Cancel, head, default, CancellationToken.None);
    }

    /// <summary>Sends a PING whose answer nobody waits for.</summary>
    /// <inheritdoc cref="SendAsync(FrameType, ReadOnlySpan{byte}, ReadOnlySpan{byte}, CancellationToken, PendingRequest?)" path="/exception"/>
    public ValueTask SendPingAsync() => SendAsync(FrameType.Ping, default, default, CancellationToken.None);

    /// <summary>Sends the PING of a request again.</summary>
    /// <inheritdoc cref="SendAsync(FrameType, ReadOnlySpan{byte}, ReadOnlySpan{byte}, CancellationToken, PendingRequest?)" path="/exception"/>
    public ValueTask SendPingAsync(uint id)
    {
        Span<byte> head = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(head, id);
        return SendAsync(FrameType.Ping, head, default, CancellationToken.None);
    }

    /// <summary>Sends RESPONSE.</summary>
    /// <inheritdoc cref="SendAsync(FrameType, ReadOnlySpan{byte}, ReadOnlySpan{byte}, CancellationToken, PendingRequest?)" path="/exception"/>
    public ValueTask SendResponseAsync(uint id, Response response)
    {
        Span<byte> head = stackalloc byte[sizeof(uint) + 1];
        BinaryPrimitives.WriteUInt32BigEndian(head, id);
        head[sizeof(uint)] = response.Status;
        return SendAsync(FrameType.Response, head, response.Body.Span, CancellationToken.None);
    }

    /// <summary>Sends a frame whose payload is <paramref name="head"/> and <paramref name="body"/>.</summary>
    /// <exception cref="ArgumentException">The frame is larger than the server accepts.</exception>
    /// <exception cref="ServerClientException">The session has ended.</exception>
    public ValueTask SendAsync(
        FrameType type,
        ReadOnlySpan<byte> head,
        ReadOnlySpan<byte> body,
        CancellationToken cancellationToken,
        PendingRequest? request = null)
    {
        if (end.Reason is { } reason)
            return ValueTask.FromException(ClientErrors.Copy(reason));
        int payload = head.Length + body.Length;
        if (payload >= MaxFrame)
            throw new ArgumentException($"The frame has {(long)payload + 1} bytes. The server accepts at most {MaxFrame}.");
        int size = CompactFrame.HeaderSize + payload;
        byte[] frame = ArrayPool<byte>.Shared.Rent(size);
        CompactFrame.WriteHeader(frame, type, payload);
        head.CopyTo(frame.AsSpan(CompactFrame.HeaderSize));
        body.CopyTo(frame.AsSpan(CompactFrame.HeaderSize + head.Length));
        return link.WriteAsync(frame, size, cancellationToken, request is null ? null : () => pending.Add(request));
    }
}
