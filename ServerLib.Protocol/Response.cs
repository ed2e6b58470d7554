using System.Text;

namespace ServerLib;

/// <summary>The response to a request or a call.</summary>
/// <param name="Status">0 is success. The application defines 1 to 239; ServerLib defines the others.</param>
/// <param name="Body">The response's bytes.</param>
public readonly record struct Response(byte Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>The status of a request that no handler answers, and of a call of an unknown method: 240.</summary>
    public const byte NotHandled = 240;

    /// <summary>The status of a request or call whose handler failed, and of a call that the caller is not allowed: 241.</summary>
    public const byte Failed = 241;

    /// <summary>The status of a call whose body does not match the method: 242. The response's text names the member.</summary>
    public const byte Mismatch = 242;

    /// <summary>The status of a call that was canceled: 243.</summary>
    public const byte Canceled = 243;

    /// <summary>Creates a successful response.</summary>
    /// <param name="body">The response's bytes.</param>
    public Response(ReadOnlyMemory<byte> body)
        : this(0, body)
    {
    }

    /// <summary>Creates a successful response.</summary>
    /// <param name="text">The response, sent as UTF-8.</param>
    public Response(string text)
        : this(0, Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>Whether the status is 0.</summary>
    public bool IsOk => Status == 0;

    /// <summary>The body as text: UTF-8, with U+FFFD for malformed bytes.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);
}
