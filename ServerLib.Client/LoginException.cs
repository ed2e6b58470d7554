namespace ServerLib;

/// <summary>The server was reached and doesn't let the user in.</summary>
public sealed class LoginException : ServerClientException
{
    /// <summary>Creates an exception.</summary>
    public LoginException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What the server said.</param>
    public LoginException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What the server said.</param>
    /// <param name="innerException">Why.</param>
    public LoginException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>How the attempt ended.</summary>
    public LoginCode Result { get; init; } = LoginCode.Failure;

    /// <summary>Whether a new name would have to bring an invitation, and none was brought.</summary>
    public bool LacksInvitation { get; init; }

    internal override bool IsFinal => Result is not (LoginCode.Busy or LoginCode.Locked);
}
