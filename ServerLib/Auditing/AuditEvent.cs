namespace ServerLib;

/// <summary>What the audit trail tells of. The numbers are stored, and never change.</summary>
public enum AuditEvent
{
    /// <summary>A user logged on; the detail says <c>by key NAME</c> where it was by key.</summary>
    Logon = 1,

    /// <summary>A connection of a user ended.</summary>
    Logoff = 2,

    /// <summary>
    /// A login failed; the name is the one that was tried. The detail is <c>by key</c>, or <c>password change</c> for the current password
    /// that a change asks for; of one who is who he says, <c>banned</c> or <c>too many sessions</c>, at most once a minute.
    /// </summary>
    FailedLogin = 3,

    /// <summary>A name was registered.</summary>
    Registered = 4,

    /// <summary>Logins to an account are held up after wrong passwords.</summary>
    Lockout = 5,

    /// <summary>An address is refused for a while.</summary>
    Penalty = 6,

    /// <summary>What was noted of guesses at an account or from an address was cleared.</summary>
    GuessesCleared = 7,

    /// <summary>A name, address or network was banned.</summary>
    Banned = 8,

    /// <summary>A ban was lifted.</summary>
    Unbanned = 9,

    /// <summary>A user's connection was ended, by <c>kick</c> or <see cref="ConnectionServer.Kick"/>; an entry for each.</summary>
    Kicked = 10,

    /// <summary>An account has a new password.</summary>
    PasswordChanged = 11,

    /// <summary>An account may log in by one key more. The actor is empty where the account's owner added it.</summary>
    KeyAdded = 12,

    /// <summary>An account can't log in by a key any more. The actor is empty where the account's owner removed it.</summary>
    KeyRemoved = 13,

    /// <summary>An account has another role.</summary>
    RoleChanged = 14,

    /// <summary>An account can't log in until it is unlocked.</summary>
    AccountLocked = 15,

    /// <summary>An account can log in again.</summary>
    AccountUnlocked = 16,

    /// <summary>An account was removed.</summary>
    AccountRemoved = 17,

    /// <summary>An invitation to register was made.</summary>
    InvitationMade = 18,

    /// <summary>
    /// A command was given, which the detail has, with <c>(exit N)</c> where it came to nothing; or, at most once a minute, somebody was
    /// refused any: <c>refused: no admin</c> or <c>refused: without TLS</c>.
    /// </summary>
    AdminCommand = 19,

    /// <summary>A configuration, or a part of it, was not taken.</summary>
    ConfigurationRefused = 20,

    /// <summary>The server was started.</summary>
    Started = 21,

    /// <summary>The server was stopped.</summary>
    Stopped = 22,

    /// <summary>A chain of entries begins here; the detail names the head of the one before, where there was one.</summary>
    ChainStarted = 23,

    /// <summary>Entries could not be written; the detail says how many.</summary>
    EntriesLost = 24,

    /// <summary>An invitation that nobody had taken was withdrawn.</summary>
    InvitationWithdrawn = 25,

    /// <summary>Something that the application wrote down, by <see cref="AuditTrail.Write"/>; the detail says what.</summary>
    Application = 26,
}
