using ServerLib.Clients;

namespace ServerLib;

/// <summary>A server can't be reached, ended the connection, or does not do what was asked of it.</summary>
/// <remarks>What the message quotes of the server's words is fit for a terminal.</remarks>
public class ServerClientException : Exception
{
    /// <summary>Creates an exception.</summary>
    public ServerClientException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What went wrong.</param>
    public ServerClientException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">Why.</param>
    public ServerClientException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// A word for programs, the server's where it gave one, such as <c>shutdown</c>; <see langword="null"/> where there is none.
    /// </summary>
    public string? Code { get; init; }

    /// <summary>How long to wait before coming back, where the server says so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether coming back would be of no use, or unwelcome.</summary>
    internal virtual bool IsFinal => Code is ClientCode.Kicked or ClientCode.Banned or ClientCode.AccountChanged or ClientCode.Untrusted;
}
