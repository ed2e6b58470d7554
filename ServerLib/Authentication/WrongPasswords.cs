namespace ServerLib.Authentication;

/// <summary>The different wrong passwords in a row that somebody has tried for an account.</summary>
internal sealed class WrongPasswords
{
    /// <summary>From how many on there is a delay.</summary>
    public const int Free = 5;

    /// <summary>How many are remembered, so that they don't count again.</summary>
    public const int MaxRemembered = 16;

    public static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(15);

    public static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);

    /// <summary>How long after the last one they are forgotten.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(24);

    // More than anybody can reach.
    private const int MaxCount = 1_000_000_000;

    private readonly List<ulong> _tags = [];

    public WrongPasswords()
    {
    }

    /// <param name="count">How many there were.</param>
    /// <param name="last">When the last one came.</param>
    /// <param name="lockedUntil">Until when the next has to wait.</param>
    /// <param name="tags">What <see cref="SaveTags"/> gave.</param>
    public WrongPasswords(int count, TimeSpan last, TimeSpan lockedUntil, ReadOnlySpan<byte> tags)
    {
        Count = Math.Clamp(count, 0, MaxCount);
        Last = last;
        LockedUntil = lockedUntil;
        foreach (byte tag in tags[..Math.Min(tags.Length, MaxRemembered)])
            _tags.Add(tag);
    }

    public int Count { get; private set; }

    public TimeSpan Last { get; private set; }

    public TimeSpan LockedUntil { get; private set; }

    public bool IsForgotten(TimeSpan now) => now - Last >= Memory;

    /// <summary>The delay after so many: it doubles with each.</summary>
    public static TimeSpan DelayAfter(int count)
    {
        if (count < Free)
            return TimeSpan.Zero;
        TimeSpan delay = FirstDelay * (1L << Math.Min(count - Free, 30));
        return delay < MaxDelay ? delay : MaxDelay;
    }

    // Of those that were saved there is but one byte.
    public bool Remembers(ulong tag) => _tags.Exists(known => known == tag || (known <= byte.MaxValue && known == (byte)tag));

    public void Add(ulong tag, TimeSpan now)
    {
        if (_tags.Count == MaxRemembered)
            _tags.RemoveAt(0);
        _tags.Add(tag);
        Count++;
        Last = now;
        LockedUntil = now + DelayAfter(Count);
    }

    /// <summary>
    /// One byte of each tag: too little to find out by it which password it was, for whoever gets hold of file and key, and enough to know
    /// the same one again; of the others, one in 256 passes for it.
    /// </summary>
    public byte[] SaveTags() => [.. _tags.Select(tag => (byte)tag)];
}
