using ServerLib.Clients;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>The server cannot be reached, has ended the connection, or has refused a request.</summary>
/// <remarks>Text from the server is escaped in the message, so that it can be written to a terminal.</remarks>
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
    /// <param name="innerException">The cause.</param>
    public ServerClientException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// A code for programs, such as <c>shutdown</c>, from the server or the client; <see langword="null"/> if there is none.
    /// </summary>
    public string? Code { get; init; }

    /// <summary>How long to wait before connecting again; <see langword="null"/> if the server does not ask for a wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the server or the client requires TLS. If so, connect with <see cref="ServerClientOptions.Tls"/>.</summary>
    public bool RequiresTls => Code == ClientCode.TlsRequired || Message.EndsWith(CloseCode.TextOf(DisconnectReason.PlaintextRefused), StringComparison.Ordinal);

    /// <summary>
    /// Whether the client does not connect again by itself, because that is pointless or unwelcome: the server insists on TLS, is not trusted,
    /// or has banned or kicked the user, or the account has changed, or the session continues on another connection.
    /// </summary>
    public virtual bool IsFinal =>
        RequiresTls
        || (RetryAfter is null && Code is ClientCode.Kicked or ClientCode.Banned or ClientCode.AccountChanged or ClientCode.Untrusted)
        || Code is ClientCode.Resumed;
}
