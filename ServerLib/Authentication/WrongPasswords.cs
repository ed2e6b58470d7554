namespace ServerLib.Authentication;

/// <summary>The different wrong passwords in a row that came from one <see cref="AttemptSource"/>.</summary>
internal sealed class WrongPasswords
{
    /// <summary>The number of wrong passwords at which delays begin.</summary>
    public const int FreeAttempts = 5;

    /// <summary>How many passwords are remembered. A remembered one does not count again.</summary>
    public const int MaxTags = 16;

    /// <summary>The delay after <see cref="FreeAttempts"/> wrong passwords. It doubles with each further one.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(15);

    /// <summary>The longest delay.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);

    /// <summary>How long after the last one they are all forgotten.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromHours(24);

    // No client can reach this number.
    private const int MaxCount = 1_000_000_000;

    private readonly List<ulong> _tags = [];

    public WrongPasswords()
    {
    }

    /// <summary>Restores saved wrong passwords.</summary>
    /// <param name="count">Their number.</param>
    /// <param name="last">The time of the last one.</param>
    /// <param name="delayedUntil">The end of the delay.</param>
    /// <param name="tags">The result of <see cref="SaveTags"/>.</param>
    public WrongPasswords(int count, TimeSpan last, TimeSpan delayedUntil, ReadOnlySpan<byte> tags)
    {
        Count = Math.Clamp(count, 0, MaxCount);
        Last = last;
        DelayedUntil = delayedUntil;
        foreach (byte tag in tags[..Math.Min(tags.Length, MaxTags)])
            _tags.Add(tag);
    }

    /// <summary>The number of wrong passwords.</summary>
    public int Count { get; private set; }

    /// <summary>The time of the last one.</summary>
    public TimeSpan Last { get; private set; }

    /// <summary>The end of the delay.</summary>
    public TimeSpan DelayedUntil { get; private set; }

    /// <summary>The delay after this number of wrong passwords.</summary>
    public static TimeSpan DelayAfter(int count)
    {
        if (count < FreeAttempts)
            return TimeSpan.Zero;
        TimeSpan delay = FirstDelay * (1L << Math.Min(count - FreeAttempts, 30));
        return delay < MaxDelay ? delay : MaxDelay;
    }

    /// <summary>Whether the last one is so long ago that they all are forgotten.</summary>
    public bool IsForgotten(TimeSpan now) => now - Last >= Retention;

    /// <summary>Whether a password has counted already. Only one byte of each restored tag is known.</summary>
    public bool Contains(ulong tag) => _tags.Exists(known => known == tag || (known <= byte.MaxValue && known == (byte)tag));

    /// <summary>Adds a wrong password.</summary>
    public void Add(ulong tag, TimeSpan now)
    {
        if (_tags.Count == MaxTags)
            _tags.RemoveAt(0);
        _tags.Add(tag);
        Count++;
        Last = now;
        DelayedUntil = now + DelayAfter(Count);
    }

    /// <summary>
    /// One byte of each tag. That is enough to recognize the same password (one in 256 others is taken for it), and too little to find
    /// out the password, even with the file and its key.
    /// </summary>
    public byte[] SaveTags() => [.. _tags.Select(tag => (byte)tag)];
}
