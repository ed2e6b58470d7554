using System.Text;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>A message from a client, or to one.</summary>
public readonly struct Message
{
    private readonly bool _hasId;

    /// <summary>Creates a message to send.</summary>
    /// <param name="body">The message's bytes.</param>
    public Message(ReadOnlyMemory<byte> body) => Body = body;

    /// <summary>Creates a message to send.</summary>
    /// <param name="text">The message, sent as UTF-8.</param>
    public Message(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    internal Message(MessageKind kind, ReadOnlyMemory<byte> body = default, string? name = null, uint? id = null, byte status = 0)
        : this(body)
    {
        Kind = kind;
        Name = name;
        Id = id ?? 0;
        _hasId = id is not null;
        Status = status;
    }

    /// <summary>What the client wants.</summary>
    public MessageKind Kind { get; }

    /// <summary>The message's bytes. Valid until the handler's task completes, or the next message is received.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The user, group, method or event that the message is for or about; <see langword="null"/> if there is none.</summary>
    public string? Name { get; }

    /// <summary>The number of a request or call. Its response has the same number.</summary>
    public uint Id { get; }

    /// <summary>The id that the answer repeats; <see langword="null"/> if it repeats none.</summary>
    internal uint? QuestionId => _hasId ? Id : null;

    /// <summary>The status of a response.</summary>
    internal byte Status { get; }

    /// <summary>
    /// Charges the client that sent the message for the cost of sending it on; <see langword="null"/> if no client sent it.
    /// </summary>
    internal IMessageCharge? Charge { get; init; }

    /// <summary>Whether it is a line from a classic client, including its line end.</summary>
    internal bool IsClassicLine { get; init; }

    /// <summary>The body for compact clients: a classic client's line without its line end.</summary>
    internal ReadOnlySpan<byte> CompactBody => IsClassicLine ? ClassicText.WithoutLineEnd(Body.Span) : Body.Span;

    /// <summary>The body as text: UTF-8, with U+FFFD for malformed bytes.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The body as text.</summary>
    public override string ToString() => Text;
}
