using System.Text;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>
/// A message or event from the server. Its text can contain anything that the sender wrote, so escape it before you write it to a terminal.
/// </summary>
public sealed class ReceivedMessage
{
    internal ReceivedMessage(ReceivedKind kind, string sender = "", ReadOnlyMemory<byte> body = default)
    {
        Kind = kind;
        Sender = sender;
        Body = body;
    }

    internal ReceivedMessage(ReceivedKind kind, string? code, string? text)
        : this(kind, body: Encoding.UTF8.GetBytes(text ?? "")) => Code = code;

    /// <summary>The kind of message.</summary>
    public ReceivedKind Kind { get; }

    /// <summary>The user who sent the message, or whom the event is about; empty if there is none.</summary>
    public string Sender { get; }

    /// <summary>The group that the message was sent to, or that the event is about; <see langword="null"/> if there is none.</summary>
    public string? Group { get; init; }

    /// <summary>The message's bytes. They stay valid.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>
    /// The body as text: UTF-8, with U+FFFD for malformed bytes. For an error or a disconnection, the reason.
    /// </summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The code of an error or a disconnection; otherwise <see langword="null"/>.</summary>
    public string? Code { get; }

    /// <summary>What an error is about, such as a name; otherwise <see langword="null"/>.</summary>
    public string? About { get; init; }

    /// <summary>The approximate memory that it takes, in bytes.</summary>
    internal long Size => Body.Length + (2L * (Sender.Length + (Group?.Length ?? 0) + (Code?.Length ?? 0) + (About?.Length ?? 0)));

    /// <summary>The kind, sender and text, escaped for a log or a terminal.</summary>
    public override string ToString() => TextSanitizer.Escape($"{Kind} {Sender}: {Text}");
}
