namespace ServerLib;

/// <summary>The kinds of entries in the audit trail. The numbers are stored, and never change.</summary>
public enum AuditEvent
{
    /// <summary>A user logged in. The detail is <c>by key NAME</c> or <c>by ticket</c> if the login was by key or ticket.</summary>
    Logon = 1,

    /// <summary>A user's connection ended.</summary>
    Logoff = 2,

    /// <summary>
    /// A login failed. The name is the one that the client gave. The detail says what was wrong (<see cref="LoginResult.Detail"/>). It
    /// begins with <c>by key</c> or <c>by ticket</c> for a login by key or ticket, and with <c>password change</c> if a user gave a wrong
    /// current password to change it. If the credentials were right, the detail is <c>banned</c> or <c>too many sessions</c>, and there is
    /// at most one such entry a minute for each user.
    /// </summary>
    FailedLogin = 3,

    /// <summary>A user registered.</summary>
    Registered = 4,

    /// <summary>Logins to an account are delayed after wrong passwords.</summary>
    AccountDelayed = 5,

    /// <summary>The server refuses an address for a while.</summary>
    Penalty = 6,

    /// <summary>An admin cleared entries of the login throttle: those of an account or an address, or all.</summary>
    ThrottleCleared = 7,

    /// <summary>A name, address or network was banned.</summary>
    Banned = 8,

    /// <summary>A ban was lifted.</summary>
    Unbanned = 9,

    /// <summary>
    /// A user's connection was ended by <c>kick</c> or <see cref="IServerControl.Kick"/>. There is an entry for each connection.
    /// </summary>
    Kicked = 10,

    /// <summary>The password of an account was changed.</summary>
    PasswordChanged = 11,

    /// <summary>A key was added to an account. The actor is empty if it was the account's owner.</summary>
    KeyAdded = 12,

    /// <summary>A key was removed from an account. The actor is empty if it was the account's owner.</summary>
    KeyRemoved = 13,

    /// <summary>The role of an account was changed.</summary>
    RoleChanged = 14,

    /// <summary>An account was locked. Nobody can log in to it until it is unlocked.</summary>
    AccountLocked = 15,

    /// <summary>An account was unlocked.</summary>
    AccountUnlocked = 16,

    /// <summary>An account was removed.</summary>
    AccountRemoved = 17,

    /// <summary>An invitation to register was created.</summary>
    InvitationMade = 18,

    /// <summary>
    /// An admin gave a command. The detail contains the command, with <c>(exit N)</c> if it failed. If the server refused the command, the
    /// detail is <c>refused: no admin</c> or <c>refused: without TLS</c>, at most once a minute for each user.
    /// </summary>
    AdminCommand = 19,

    /// <summary>The server could not use its configuration, or a file that an option names. A running server has kept what it had.</summary>
    ConfigurationRefused = 20,

    /// <summary>The server was started.</summary>
    Started = 21,

    /// <summary>The server was stopped.</summary>
    Stopped = 22,

    /// <summary>A chain of entries starts. The detail contains the head of the previous chain, if there was one.</summary>
    ChainStarted = 23,

    /// <summary>Entries could not be written. The detail is their number.</summary>
    EntriesLost = 24,

    /// <summary>An unused invitation was withdrawn.</summary>
    InvitationWithdrawn = 25,

    /// <summary>The application wrote an entry with <see cref="AuditTrail.Write"/>. The detail says what happened.</summary>
    Application = 26,

    /// <summary>
    /// The options were reloaded. The detail names the options that have changed, and those that need a restart. The actor is empty if a
    /// file has changed.
    /// </summary>
    ConfigurationReloaded = 27,
}
