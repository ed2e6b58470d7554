namespace ServerLib;

/// <summary>How passwords are hashed: Argon2id (RFC 9106). The defaults follow OWASP's recommendation.</summary>
public sealed class PasswordHashingOptions
{
    /// <summary>Memory a hash, in KiB, 8 × <see cref="Parallelism"/> to 4 GiB. Default 19,456.</summary>
    public int MemorySize { get; set; } = 19_456;

    /// <summary>Passes over the memory, 1 or more. Default 2.</summary>
    public int Iterations { get; set; } = 2;

    /// <summary>Lanes. Default 1, the only number that libsodium computes; others are left to BouncyCastle.</summary>
    public int Parallelism { get; set; } = 1;

    /// <summary>Threads that do nothing but hash; 0, the default, is one fewer than there are cores, at least one.</summary>
    public int Threads { get; set; }

    /// <summary>
    /// How many passwords may wait to be hashed, those that are preferred and all others counted apart; beyond it the answer is
    /// <c>busy</c>. Default 1,024.
    /// </summary>
    public int QueueLength { get; set; } = 1_024;
}
