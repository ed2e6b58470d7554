using System.Text;

namespace ServerLib;

/// <summary>What a client sent.</summary>
/// <param name="body">The message's bytes.</param>
public readonly struct Message(ReadOnlyMemory<byte> body)
{
    /// <summary>The message's bytes. Valid until the handler's task completes, or the next message is received.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>The body as text: UTF-8, what is malformed replaced by U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The body as text.</summary>
    public override string ToString() => Text;
}
