namespace ServerLib;

/// <summary>How an attempt to log in, or to register, ended.</summary>
public enum LoginCode
{
    /// <summary>The client is who it says.</summary>
    Ok,

    /// <summary>The name or the password is wrong; a peer is never told which.</summary>
    Failure,

    /// <summary>
    /// The server can't tell now: the hash queue is full, or the database out of order; or all was right, but the user logs in too often.
    /// Counts as no attempt.
    /// </summary>
    Busy,

    /// <summary>The account has to wait.</summary>
    Locked,

    /// <summary>The account or the address is banned.</summary>
    Banned,

    /// <summary>The name or the password breaks the rules, or registration is closed to it.</summary>
    Refused,
}
