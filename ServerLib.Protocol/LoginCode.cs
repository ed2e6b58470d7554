namespace ServerLib;

/// <summary>The result of a login or registration attempt.</summary>
public enum LoginCode
{
    /// <summary>The client is logged in.</summary>
    Ok,

    /// <summary>The name or the password is wrong. The client is not told which.</summary>
    Failure,

    /// <summary>
    /// The server cannot decide now: the password queue is full, the database does not work, or the user logs in too often. It does not count
    /// as an attempt.
    /// </summary>
    Busy,

    /// <summary>Further attempts for this account are refused for a while.</summary>
    Locked,

    /// <summary>The account or the address is banned.</summary>
    Banned,

    /// <summary>The name or the password breaks the rules, or registration is not allowed.</summary>
    Refused,
}
