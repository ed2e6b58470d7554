using System.Text;
using System.Text.Unicode;
using ServerLib.Diagnostics;

namespace ServerLib.Wire;

/// <summary>A message on its way to one recipient or to many; what can be prepared once for all of them is.</summary>
/// <param name="sender">The name that the recipients see.</param>
/// <param name="body">The message's bytes, used only while it is being sent.</param>
internal sealed class OutgoingMessage(string sender, ReadOnlyMemory<byte> body)
{
    private byte[]? _text;

    /// <summary>What stands in front of a classic text: <c>{sender}: </c>.</summary>
    public byte[] ClassicPrefix { get; } = Encoding.UTF8.GetBytes(sender + ": ");

    /// <summary>Whether classic clients can be given the body: it is UTF-8.</summary>
    public bool IsText { get; } = Utf8.IsValid(body.Span);

    /// <summary>The body as classic clients get it, control characters replaced.</summary>
    public byte[] ClassicText => _text ??= Encoding.UTF8.GetBytes(PrintableText.Replace(Encoding.UTF8.GetString(body.Span)));
}
