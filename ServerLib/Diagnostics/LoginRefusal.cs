namespace ServerLib.Diagnostics;

/// <summary>Reasons to refuse a login that may be true of many logins in a row, so that they share lines in the activity log.</summary>
internal enum LoginRefusal
{
    /// <summary>The address or the account is delayed after failed logins.</summary>
    Delayed,

    /// <summary>The password hashing queue is full, or the database is out of order.</summary>
    Busy,

    /// <summary>The address has registered too many accounts.</summary>
    TooManyRegistrations,

    /// <summary>The user has logged in too often.</summary>
    TooManyLogins,

    /// <summary>The user has as many sessions as it may have.</summary>
    TooManySessions,
}
