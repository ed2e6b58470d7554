using System.Text;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>What a client sent, or what is sent on.</summary>
public readonly struct Message
{
    /// <summary>A message to send.</summary>
    /// <param name="body">The message's bytes.</param>
    public Message(ReadOnlyMemory<byte> body) => Body = body;

    /// <summary>A message to send.</summary>
    /// <param name="text">The message, sent as UTF-8.</param>
    public Message(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    internal Message(MessageKind kind, ReadOnlyMemory<byte> body = default, string? name = null, uint id = 0, byte status = 0)
        : this(body)
    {
        Kind = kind;
        Name = name;
        Id = id;
        Status = status;
    }

    /// <summary>What the client asks for.</summary>
    public MessageKind Kind { get; }

    /// <summary>The message's bytes. Valid until the handler's task completes, or the next message is received.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The user or group that it is about; <see langword="null"/> where it is about none.</summary>
    public string? Name { get; }

    /// <summary>The number under which a request is answered.</summary>
    public uint Id { get; }

    /// <summary>A response's status.</summary>
    internal byte Status { get; }

    /// <summary>Who said it, where a client did: what it costs to send it on is his.</summary>
    internal IMessageCharge? Speaker { get; init; }

    /// <summary>Whether it is a line that someone typed into a classic client, line end included.</summary>
    internal bool IsClassicLine { get; init; }

    /// <summary>The body as compact clients get it: a line without its end.</summary>
    internal ReadOnlySpan<byte> CompactBody => IsClassicLine ? ClassicText.WithoutLineEnd(Body.Span) : Body.Span;

    /// <summary>The body as text: UTF-8, what is malformed replaced by U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The body as text.</summary>
    public override string ToString() => Text;
}
