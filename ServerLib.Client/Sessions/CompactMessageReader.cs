using System.Text;
using System.Text.Unicode;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Converts frames from the server to the messages that the application receives.</summary>
internal static class CompactMessageReader
{
    /// <returns>The message; <see langword="null"/> if the frame contains nothing for the application.</returns>
    /// <exception cref="ServerClientException">The frame is malformed.</exception>
    public static ReceivedMessage? TryRead(FrameType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.MessageOut:
                return ReadFromSender(ReceivedKind.Message, payload);
            case FrameType.DirectOut:
                return ReadFromSender(ReceivedKind.Direct, payload);
            case FrameType.GroupOut:
                string group = ReadName(payload, out int size);
                return ReadFromSender(ReceivedKind.Group, payload[size..], group);
            case FrameType.Presence:
                CompactControl.Presence presence = ControlPayload.Parse(payload, CompactJson.Default.Presence);
                ReceivedKind kind = presence.Event == "joined" ? ReceivedKind.Joined : ReceivedKind.Left;
                return new ReceivedMessage(kind, presence.Alias ?? "") { Group = presence.Group };
            case FrameType.Error:
                return ToMessage(ControlPayload.Parse(payload, CompactJson.Default.Error));
            default:
                return null;
        }
    }

    /// <summary>The message for an error that no request waits for.</summary>
    public static ReceivedMessage ToMessage(CompactControl.Error error) =>
        new(ReceivedKind.Error, error.Code ?? "", error.Text) { About = error.Regarding };

    private static ReceivedMessage ReadFromSender(ReceivedKind kind, ReadOnlySpan<byte> payload, string? group = null)
    {
        string sender = ReadName(payload, out int size);
        return new ReceivedMessage(kind, sender, payload[size..].ToArray()) { Group = group };
    }

    private static string ReadName(ReadOnlySpan<byte> payload, out int consumed) =>
        CompactFrame.TryReadName(payload, out ReadOnlySpan<byte> name, out consumed) && Utf8.IsValid(name)
            ? Encoding.UTF8.GetString(name)
            : throw ClientErrors.Malformed("an incomplete or invalid name");
}
