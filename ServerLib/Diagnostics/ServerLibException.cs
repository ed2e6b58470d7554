using System.Runtime.CompilerServices;

namespace ServerLib;

/// <summary>
/// The server failed, or was asked for something impossible. <see cref="Exception.Message"/> is one sentence that says what is wrong. Bad
/// input from a client is an ordinary result, and never this exception.
/// </summary>
/// <remarks>
/// <see cref="SourceTrail"/> contains the functions that the failure passed. <see cref="ToString"/> adds a level for each function, the
/// outermost first and the cause last: <c>\nFailure in {function}.\n[ err DETAIL ] &lt;- {the next level}\n</c>.
/// </remarks>
public sealed class ServerLibException : Exception
{
    /// <summary>Creates an exception without a trail.</summary>
    public ServerLibException()
    {
    }

    /// <summary>Creates an exception without a trail.</summary>
    /// <param name="message">What is wrong, in one sentence.</param>
    public ServerLibException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception without a trail.</summary>
    /// <param name="message">What is wrong, in one sentence.</param>
    /// <param name="innerException">The cause.</param>
    public ServerLibException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    private ServerLibException(string message, Exception? cause, IReadOnlyList<string> trail)
        : base(message, cause) =>
        SourceTrail = trail;

    /// <summary>The functions that the failure passed, the outermost first. Empty if no function has added itself.</summary>
    public IReadOnlyList<string> SourceTrail { get; } = [];

    /// <summary>Whether the configuration is wrong, so that another start would fail in the same way.</summary>
    public bool IsConfiguration { get; init; }

    /// <summary>Adds a function to the trail of a failure.</summary>
    /// <param name="cause">The failure. If it has a trail, the trail continues.</param>
    /// <param name="function">The name of the function. Default the caller's.</param>
    /// <returns>The exception to throw, with the message of <paramref name="cause"/>.</returns>
    public static ServerLibException Wrap(Exception cause, [CallerMemberName] string function = "")
    {
        ArgumentNullException.ThrowIfNull(cause);
        var known = cause as ServerLibException;
        return new ServerLibException(cause.Message, cause, [function, .. known?.SourceTrail ?? []])
        {
            IsConfiguration = known?.IsConfiguration ?? false,
        };
    }

    /// <summary>Creates an exception whose trail begins with a function.</summary>
    /// <param name="message">What is wrong, in one sentence.</param>
    /// <param name="function">The name of the function. Default the caller's.</param>
    /// <returns>The exception to throw.</returns>
    public static ServerLibException Because(string message, [CallerMemberName] string function = "") => new(message, null, [function]);

    /// <summary>The message, the stack trace and the trail.</summary>
    public override string ToString() => base.ToString() + Trail();

    private string Trail()
    {
        string trail = Message;
        foreach (string function in SourceTrail.Reverse())
            trail = $"\nFailure in {function}.\n[ err DETAIL ] <- {trail}\n";
        return SourceTrail.Count == 0 ? "" : trail;
    }
}
