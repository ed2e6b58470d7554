using System.Text;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>Something that came from the server. It is as the sender wrote it: escape it before it reaches a terminal.</summary>
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

    /// <summary>What it is.</summary>
    public ReceivedKind Kind { get; }

    /// <summary>The user that it comes from, or that it is about; empty where it is the server's or nobody's.</summary>
    public string Sender { get; }

    /// <summary>The group that it is for or about; <see langword="null"/> where it is about none.</summary>
    public string? Group { get; init; }

    /// <summary>The message's bytes, which are the reader's to keep.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The body as text: UTF-8, what is malformed replaced by U+FFFD. For an error or a disconnection, why.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>A word for programs, for an error or a disconnection.</summary>
    public string? Code { get; }

    /// <summary>What an error is about, such as a name.</summary>
    public string? About { get; init; }

    /// <summary>About how many bytes it holds.</summary>
    internal long Size => Body.Length + (2L * (Sender.Length + (Group?.Length ?? 0) + (Code?.Length ?? 0) + (About?.Length ?? 0)));

    /// <summary>Kind, sender and text, fit for a log or a terminal.</summary>
    public override string ToString() => Protocol.TextSanitizer.Escape($"{Kind} {Sender}: {Text}");
}
