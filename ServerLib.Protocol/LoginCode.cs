namespace ServerLib;

/// <summary>The result of a login or registration attempt.</summary>
public enum LoginCode
{
    /// <summary>The client is logged in.</summary>
    Ok,

    /// <summary>The name or the password is wrong. The client is not told which.</summary>
    Failure,

    /// <summary>
    /// The server cannot accept the login now: the password queue is full, the database does not work, or the user logs in too often or has
    /// too many sessions. This does not count as an attempt.
    /// </summary>
    Busy,

    /// <summary>
    /// The address or the account is delayed: it has to wait after failed logins or too many registrations. The protocol's code is
    /// <c>locked</c>. An account that an admin has locked gets <see cref="Failure"/> instead.
    /// </summary>
    Delayed,

    /// <summary>The account or the address is banned.</summary>
    Banned,

    /// <summary>The name or the password breaks the rules, or registration is not allowed.</summary>
    Refused,
}
