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

    internal override bool IsFinal => Result is not (LoginCode.Busy or LoginCode.Delayed) && RetryAfter is null;
}
