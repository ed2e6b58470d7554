using System.Text;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Reads the texts that a classic client receives: <c>{alias}: {text}</c>, and the notices about users.</summary>
internal static class ClassicMessageReader
{
    public static ReceivedMessage Read(ReadOnlySpan<byte> text)
    {
        int colon = text.IndexOf(": "u8);
        string sender = colon < 0 ? "" : Encoding.UTF8.GetString(text[..colon]);
        ReadOnlySpan<byte> body = colon < 0 ? text : text[(colon + 2)..];
        if (body.SequenceEqual("[ CONNECTED ]"u8))
            return new ReceivedMessage(ReceivedKind.Joined, sender);
        if (body.SequenceEqual("[ DISCONNECTED ]"u8))
            return new ReceivedMessage(ReceivedKind.Left, sender);
        return new ReceivedMessage(ReceivedKind.Message, sender, ClassicText.WithoutLineEnd(body).ToArray());
    }
}
