namespace ServerLib;

/// <summary>The server has refused the login.</summary>
public sealed class LoginException : ServerClientException
{
    /// <summary>Creates an exception.</summary>
    public LoginException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The server's explanation.</param>
    public LoginException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The server's explanation.</param>
    /// <param name="innerException">The cause.</param>
    public LoginException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The result of the login attempt.</summary>
    public LoginCode Result { get; init; } = LoginCode.Failure;

    /// <summary>Whether new users of this server need an invitation, and <see cref="ServerClientOptions.Invitation"/> is not set.</summary>
    public bool LacksInvitation { get; init; }

    /// <summary>
    /// Whether the same login will fail again until the user, the account or the options change. It is <see langword="false"/> if the server
    /// asks for a wait, and with the classic protocol, in which the server does not say why it refuses a login.
    /// </summary>
    public override bool IsFinal =>
        !IsResultUnknown && RetryAfter is null && Result is not (LoginCode.Busy or LoginCode.Delayed);

    /// <summary>Whether the server's answer may mean something else than <see cref="Result"/>.</summary>
    internal bool IsResultUnknown { get; init; }
}
