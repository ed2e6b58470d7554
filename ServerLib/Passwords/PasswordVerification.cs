namespace ServerLib;

/// <summary>The result of comparing a password with a stored hash.</summary>
public enum PasswordVerification
{
    /// <summary>The password is wrong.</summary>
    Failed,

    /// <summary>The password is right.</summary>
    Success,

    /// <summary>The password is right, but the hash has other parameters than the current ones. Store a new hash.</summary>
    SuccessRehashNeeded,

    /// <summary>The queue is full. The password was not compared.</summary>
    Busy,
}
