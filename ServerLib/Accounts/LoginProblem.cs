namespace ServerLib.Accounts;

/// <summary>What is wrong with a login, for <see cref="LoginResult.Detail"/>: for the admin, not for the client.</summary>
internal static class LoginProblem
{
    public const string NoSuchUser = "no such user";
    public const string WrongPassword = "wrong password";
    public const string WrongPasswordAndLocked = "wrong password, and the account is locked";
    public const string PasswordChanged = "the password has just been changed";
    public const string Locked = "the account is locked";
    public const string WrongKey = "the account does not have this key";
    public const string NoKey = "the key was not proven";
    public const string NoKeys = "nobody can log in by key here";
    public const string NoInvitation = "no invitation";
    public const string WrongInvitation = "the invitation is not valid";
    public const string TicketNotAuthentic = "the ticket is not authentic";
    public const string TicketExpired = "the ticket has expired";
    public const string TicketFromFuture = "the ticket was issued in the future";
    public const string TicketOfAnother = "the ticket belongs to another account";
    public const string TicketRevoked = "the ticket was revoked, or the account has changed";
    public const string Closed = "registration is closed";

    /// <summary>What is wrong with a login by password, if the account still exists after the password was verified.</summary>
    /// <param name="isRight">Whether the password is that of the account.</param>
    /// <param name="isLocked">Whether the account is locked.</param>
    /// <param name="isChanged">Whether another password was set meanwhile.</param>
    /// <returns><see langword="null"/> if the login is right.</returns>
    public static string? OfPassword(bool isRight, bool isLocked, bool isChanged) => (isRight, isLocked) switch
    {
        (false, true) => WrongPasswordAndLocked,
        (false, false) => WrongPassword,
        (true, true) => Locked,
        (true, false) => isChanged ? PasswordChanged : null,
    };
}
