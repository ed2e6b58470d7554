using System.Text;

namespace ServerLib;

/// <summary>The answer to a request.</summary>
/// <param name="Status">0 when it went well; from 240 on the numbers are ServerLib's own, those below are the application's.</param>
/// <param name="Body">The answer's bytes.</param>
public readonly record struct Response(byte Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>The status of a request that nobody handles: 240.</summary>
    public const byte NotHandled = 240;

    /// <summary>The status of a request whose handler failed: 241.</summary>
    public const byte Failed = 241;

    /// <summary>An answer that went well.</summary>
    /// <param name="body">The answer's bytes.</param>
    public Response(ReadOnlyMemory<byte> body)
        : this(0, body)
    {
    }

    /// <summary>An answer that went well.</summary>
    /// <param name="text">The answer, sent as UTF-8.</param>
    public Response(string text)
        : this(0, Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>Whether the status is 0.</summary>
    public bool IsOk => Status == 0;

    /// <summary>The body as text: UTF-8, what is malformed replaced by U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);
}
