namespace ServerLib.Clients;

/// <summary>Creates the exceptions that several parts of the client throw.</summary>
internal static class ClientErrors
{
    /// <summary>The server violated the protocol.</summary>
    public static ServerClientException Malformed(string what) =>
        new($"The server sent something malformed: {what}.") { Code = ClientCode.BadFrame };

    /// <summary>The password would cross a network in clear text.</summary>
    public static ServerClientException PlaintextPassword() =>
        new("The client does not send a password without TLS to another machine. Set Tls, or AllowPlaintextPassword.")
        {
            Code = ClientCode.TlsRequired,
        };

    /// <summary>The connection ended before the login was complete.</summary>
    public static ServerClientException ClosedDuringLogin() =>
        new("The server closed the connection during the login.") { Code = ClientCode.Lost };

    /// <summary>The connection ended before the server sent anything, as a server does with connections that it does not admit.</summary>
    public static ServerClientException ClosedAtOnce(Exception? cause = null) =>
        new("The server closed the connection at once. It may be full, or it may have banned or throttled this address.", cause)
        {
            Code = ClientCode.Lost,
        };

    /// <summary>A copy for another caller, because an exception object must not be thrown twice.</summary>
    public static ServerClientException Copy(ServerClientException reason) => reason is LoginException login
        ? new LoginException(login.Message, login)
        {
            Code = login.Code,
            RetryAfter = login.RetryAfter,
            Result = login.Result,
            LacksInvitation = login.LacksInvitation,
            IsResultUnknown = login.IsResultUnknown,
        }
        : new ServerClientException(reason.Message, reason) { Code = reason.Code, RetryAfter = reason.RetryAfter };

    /// <summary>Why the client is closed: the exception that has closed it, or a description of it.</summary>
    public static ServerClientException ToReason(Exception e) =>
        e as ServerClientException ?? new ServerClientException($"The client failed: {e.Message}", e);
}
