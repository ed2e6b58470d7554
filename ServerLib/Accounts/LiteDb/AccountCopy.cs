namespace ServerLib.Accounts;

/// <summary>Converts a stored account to the form in which it is carried to another database, and back.</summary>
internal static class AccountCopy
{
    public static AccountRecord ToAccount(UserRecord user)
    {
        UserAccount account = user.ToAccount();
        return new AccountRecord
        {
            Name = user.Name,
            PasswordHash = user.PasswordHash,
            IsAdmin = user.IsAdmin,
            IsLocked = user.IsLocked,
            RegisteredAt = account.RegisteredAt,
            RegisteredFrom = user.RegisteredFrom,
            PasswordSetAt = account.PasswordSetAt,
            Keys = user.Keys,
            Attempts = user.Attempts,
            AttemptCount = user.AttemptCount,
            Logons = user.Successes,
            LogonCount = user.LogonCount,
            Broadcasts = user.Broadcasts,
        };
    }

    public static AuditedAccount ToAudited(UserRecord user) => new(ToAccount(user), user.ActiveConnections, user.ActiveAddress);

    /// <summary>The account as it is added: with a new stamp, and without connections.</summary>
    public static UserRecord ToUser(AccountRecord account, long id, string key)
    {
        long logons = Math.Max(account.LogonCount, account.Logons.Count);
        return new UserRecord
        {
            Id = id,
            Key = key,
            Name = account.Name,
            PasswordHash = account.PasswordHash,
            PasswordSetAt = account.PasswordSetAt?.UtcTicks ?? 0,
            IsAdmin = account.IsAdmin,
            IsLocked = account.IsLocked,
            StoredStamp = AccountStamp.Create(),
            RegisteredAt = account.RegisteredAt?.UtcTicks ?? 0,
            RegisteredFrom = account.RegisteredFrom,
            Attempts = [.. account.Attempts.TakeLast(UserRecord.MaxAddresses)],
            AttemptCount = Math.Max(account.AttemptCount, account.Attempts.Count),
            Successes = [.. account.Logons.TakeLast(UserRecord.MaxAddresses)],
            LogonCount = logons,
            LogoffCount = logons,
            Broadcasts = account.Broadcasts,
            Keys = [.. account.Keys],
        };
    }
}
