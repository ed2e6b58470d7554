using System.Text;

namespace ServerLib;

/// <summary>
/// A call was answered with another status than 0. A method throws it to answer with a status of the application, and the caller gets it.
/// </summary>
public sealed class CallException : Exception
{
    /// <summary>Creates an exception that a method throws to answer with a status and a text.</summary>
    /// <param name="status">A status of the application, 1 to 239.</param>
    /// <param name="text">The text, which the caller sees. It is sent as UTF-8.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is not from 1 to 239.</exception>
    public CallException(byte status, string text)
        : this(Checked(status), Encoding.UTF8.GetBytes(text), text, isAnswer: false)
    {
    }

    /// <summary>Creates an exception that a method throws to answer with a status and bytes.</summary>
    /// <param name="status">A status of the application, 1 to 239.</param>
    /// <param name="body">The bytes, which the caller sees.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is not from 1 to 239.</exception>
    public CallException(byte status, ReadOnlyMemory<byte> body)
        : this(Checked(status), body, $"The status is {status}.", isAnswer: false)
    {
    }

    private CallException(byte status, ReadOnlyMemory<byte> body, string message, bool isAnswer)
        : base(message)
    {
        Status = status;
        Body = body;
        IsAnswer = isAnswer;
    }

    /// <summary>
    /// The status: 1 to 239 are defined by the application; <see cref="Response.NotHandled"/>, <see cref="Response.Failed"/>,
    /// <see cref="Response.Mismatch"/> and <see cref="Response.Canceled"/> by ServerLib.
    /// </summary>
    public byte Status { get; }

    /// <summary>The bytes of the response: for a status of ServerLib, a text in UTF-8.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The body as text: UTF-8, with U+FFFD for malformed bytes. It comes from the peer.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>
    /// Whether it is the peer's answer to a call. If a method does not catch it, the method has failed: it does not answer with the status
    /// that another call was answered with.
    /// </summary>
    internal bool IsAnswer { get; }

    /// <summary>The exception for a response with another status than 0.</summary>
    /// <param name="name">The method's name.</param>
    /// <param name="response">The response.</param>
    internal static CallException For(string name, Response response)
    {
        string text = response.Status < Response.NotHandled || response.Body.IsEmpty ? "." : ": " + TextSanitizer.Escape(response.Text);
        string message = $"The call '{TextSanitizer.Escape(name)}' was answered with status {response.Status}{text}";
        return new CallException(response.Status, response.Body, message, isAnswer: true);
    }

    private static byte Checked(byte status)
    {
        ArgumentOutOfRangeException.ThrowIfZero(status);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(status, Response.NotHandled);
        return status;
    }
}
