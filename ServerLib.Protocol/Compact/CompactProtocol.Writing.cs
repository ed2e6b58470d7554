using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;

namespace ServerLib.Protocol;

/// <content>What the server says.</content>
internal sealed partial class CompactProtocol
{
    private volatile bool _welcomed;

    public void WriteReply(IFrameSink sink) => sink.Write(_reply);

    public void WriteHello(IFrameSink sink) => WriteControl(
        sink,
        FrameType.Hello,
        new CompactControl.Hello(
            "SLIB/2",
            "ServerLib",
            maxFrameSize,
            offersKeys ? [CompactControl.Plain, CompactControl.ByKey] : [CompactControl.Plain],
            registration,
            Convert.ToBase64String(_nonce)),
        CompactJson.Default.Hello);

    public void WriteLoginResult(IFrameSink sink, LoginResult result) => WriteControl(
        sink,
        FrameType.Result,
        new CompactControl.Result(
            CloseCode.Of(result.Code),
            result.Text ?? (_isByKey && result.Code == LoginCode.Failure ? "The name or the key is wrong." : CloseCode.TextOf(result.Code)),
            (long?)result.RetryAfter?.TotalMilliseconds),
        CompactJson.Default.Result);

    public void WriteWelcome(IFrameSink sink, string alias, string greeting, long session)
    {
        WriteControl(sink, FrameType.Welcome, new CompactControl.Welcome(alias, greeting, $"{session}"), CompactJson.Default.Welcome);
        _welcomed = true;
    }

    public void WriteServerKey(IFrameSink sink, RSA? peerKey) =>
        WriteControl(sink, FrameType.Key, new CompactControl.Key(null, serverKey.PublicKeyPem, null, null), CompactJson.Default.Key);

    public SendOutcome WriteMessage(IFrameSink sink, OutgoingMessage message) =>
        _welcomed ? sink.Write(message.CompactFrame) : SendOutcome.Dropped;

    [SkipLocalsInit]
    public SendOutcome WriteMessage(IFrameSink sink, string sender, Message message)
    {
        if (!_welcomed)
            return SendOutcome.Dropped;
        ReadOnlySpan<byte> body = message.CompactBody;
        Span<byte> head = stackalloc byte[CompactFrame.HeaderSize + 1 + CompactFrame.MaxNameSize];
        int name = CompactFrame.WriteName(head[CompactFrame.HeaderSize..], sender);
        CompactFrame.WriteHeader(head, FrameType.MessageOut, name + body.Length);
        return sink.Write(head[..(CompactFrame.HeaderSize + name)], body);
    }

    public SendOutcome WriteFrame(IFrameSink sink, FrameType type, uint id, ReadOnlySpan<byte> body, byte? status)
    {
        Span<byte> head = stackalloc byte[CompactFrame.HeaderSize + sizeof(uint) + 1];
        int size = CompactFrame.HeaderSize + sizeof(uint);
        BinaryPrimitives.WriteUInt32BigEndian(head[CompactFrame.HeaderSize..], id);
        if (status is { } value)
            head[size++] = value;
        CompactFrame.WriteHeader(head, type, size - CompactFrame.HeaderSize + body.Length);
        return sink.Write(head[..size], body);
    }

    public SendOutcome WriteFrame(IFrameSink sink, FrameType type, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[CompactFrame.HeaderSize];
        CompactFrame.WriteHeader(head, type, payload.Length);
        return sink.Write(head, payload);
    }

    public void WriteClose(IFrameSink sink, DisconnectReason reason, string? text = null) => WriteControl(
        sink,
        FrameType.Close,
        new CompactControl.Close(CloseCode.Of(reason), text ?? CloseCode.TextOf(reason), (long?)CloseCode.RetryAfter(reason)?.TotalMilliseconds),
        CompactJson.Default.Close);

    private static void WriteControl<T>(IFrameSink sink, FrameType type, T payload, JsonTypeInfo<T> json) =>
        sink.Write(Encode(type, payload, json));

    private static byte[] Encode<T>(FrameType type, T payload, JsonTypeInfo<T> json)
    {
        byte[] body = CompactControl.Serialize(payload, json);
        byte[] frame = new byte[CompactFrame.HeaderSize + body.Length];
        CompactFrame.WriteHeader(frame, type, body.Length);
        body.CopyTo(frame, CompactFrame.HeaderSize);
        return frame;
    }
}
