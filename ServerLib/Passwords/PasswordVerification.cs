namespace ServerLib;

/// <summary>What comparing a password with a stored hash came to.</summary>
public enum PasswordVerification
{
    /// <summary>It is another password.</summary>
    Failed,

    /// <summary>It is the password.</summary>
    Success,

    /// <summary>It is the password, but the hash was made with other parameters than those in force: store a new one.</summary>
    SuccessRehashNeeded,

    /// <summary>There is no room in the queue; nothing was compared.</summary>
    Busy,
}
