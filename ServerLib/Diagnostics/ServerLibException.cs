using System.Runtime.CompilerServices;

namespace ServerLib;

/// <summary>
/// A failure on the server's side, or a caller who asked for something impossible, with the trail of functions that it
/// passed on its way up. Bad input from a peer is an ordinary result and never this.
/// </summary>
/// <remarks>
/// Each function that the failure passes puts <c>\nFailure in {function}.\n[ err DETAIL ] &lt;- {what came from below}\n</c>
/// around the message, so the outermost function stands first and the cause last.
/// </remarks>
public sealed class ServerLibException : Exception
{
    /// <summary>Creates an exception without a trail.</summary>
    public ServerLibException()
    {
    }

    /// <summary>Creates an exception without a trail.</summary>
    /// <param name="message">What went wrong.</param>
    public ServerLibException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception without a trail of its own.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">What came from below.</param>
    public ServerLibException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    private ServerLibException(string function, string detail, Exception? cause, IReadOnlyList<string> below)
        : base($"\nFailure in {function}.\n[ err DETAIL ] <- {detail}\n", cause) =>
        SourceTrail = [function, .. below];

    /// <summary>The functions that the failure passed, the outermost first; empty when there was none yet.</summary>
    public IReadOnlyList<string> SourceTrail { get; } = [];

    /// <summary>Whether it is the configuration's fault: another start would come to the same.</summary>
    internal bool IsConfiguration { get; init; }

    /// <summary>Wraps <paramref name="cause"/> with the name of the function that it passes.</summary>
    /// <param name="cause">What came from below; its own trail is continued.</param>
    /// <param name="function">The function's name; the caller's own unless given.</param>
    /// <returns>The exception to throw.</returns>
    public static ServerLibException Wrap(Exception cause, [CallerMemberName] string function = "")
    {
        ArgumentNullException.ThrowIfNull(cause);
        var known = cause as ServerLibException;
        return new ServerLibException(function, cause.Message, cause, known?.SourceTrail ?? []) { IsConfiguration = known?.IsConfiguration ?? false };
    }

    /// <summary>Starts a trail where the failure is found.</summary>
    /// <param name="detail">What is wrong.</param>
    /// <param name="function">The function's name; the caller's own unless given.</param>
    /// <returns>The exception to throw.</returns>
    public static ServerLibException Because(string detail, [CallerMemberName] string function = "") =>
        new(function, detail, null, []);
}
