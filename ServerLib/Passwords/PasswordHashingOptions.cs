namespace ServerLib;

/// <summary>How passwords are hashed with Argon2id (RFC 9106). The defaults follow OWASP's recommendation.</summary>
public sealed class PasswordHashingOptions
{
    /// <summary>The memory of a hash in KiB, 8 × <see cref="Parallelism"/> to 4,194,304 (4 GiB). Default 19,456.</summary>
    public int MemorySize { get; set; } = 19_456;

    /// <summary>The number of passes over the memory, 1 to 1,000. Default 2.</summary>
    public int Iterations { get; set; } = 2;

    /// <summary>The number of lanes, 1 to 255. Default 1. With more than one, BouncyCastle computes the hashes, which is slower.</summary>
    public int Parallelism { get; set; } = 1;

    /// <summary>The number of hashing threads, up to 1,024. Default 0: one fewer than there are cores, but at least one.</summary>
    public int Threads { get; set; }

    /// <summary>
    /// The maximum length of each of the two queues for hashing, 1 to 1,000,000: one for known users, one for all others. If a queue is
    /// full, the answer is <c>busy</c>. Default 1,024.
    /// </summary>
    public int QueueLength { get; set; } = 1_024;
}
