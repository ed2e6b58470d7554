using ServerLib.Diagnostics;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// The wrong passwords of each <see cref="AttemptSource"/>, within a bound: those with the fewest leave first. Not thread-safe.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="capacity">The maximum number of sources.</param>
internal sealed class WrongPasswordTable(MonotonicClock clock, int capacity)
{
    private readonly BoundedTable<AttemptSource, WrongPasswords, (int Count, TimeSpan Last)> _table = new(capacity);

    /// <summary>All entries that are not forgotten, those with the most wrong passwords first.</summary>
    public IEnumerable<(AttemptSource Source, WrongPasswords Wrong)> Ranked
    {
        get
        {
            TimeSpan now = clock.Now;
            return _table.Ranked.Where(entry => !entry.Value.IsForgotten(now));
        }
    }

    /// <summary>The wrong passwords of a source; <see langword="null"/> if there are none.</summary>
    public WrongPasswords? Find(AttemptSource source)
    {
        if (!_table.TryGet(source, out WrongPasswords? wrong))
            return null;
        if (!wrong.IsForgotten(clock.Now))
            return wrong;
        _table.Remove(source);
        return null;
    }

    /// <summary>Adds the entry of a source, or ranks it anew after a change.</summary>
    public void Set(AttemptSource source, WrongPasswords wrong) => _table.Set(source, wrong, (wrong.Count, wrong.Last));

    /// <summary>Removes the entry of a source.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(AttemptSource source) => _table.Remove(source);

    /// <summary>Removes the entries of all sources that match.</summary>
    /// <returns>The number of entries.</returns>
    public int RemoveWhere(Func<AttemptSource, bool> match) => _table.RemoveWhere(match);

    /// <summary>The entries as they are saved.</summary>
    public List<SavedWrongPasswords> Save() =>
    [
        .. from entry in Ranked
           let wrong = entry.Wrong
           select new SavedWrongPasswords(
               entry.Source.Account,
               entry.Source.From?.ToString(),
               wrong.Count,
               clock.ToUtc(wrong.Last),
               clock.ToUtc(wrong.DelayedUntil),
               wrong.SaveTags()),
    ];

    /// <summary>Adds the entries of <see cref="Save"/>. Ignores invalid ones.</summary>
    public void Restore(IEnumerable<SavedWrongPasswords> entries)
    {
        TimeSpan now = clock.Now;
        foreach (SavedWrongPasswords saved in entries)
        {
            AddressBlock from = default;
            if (saved.Count < 1 || (saved.From is not null && !AddressBlock.TryParse(saved.From, out from)))
                continue;
            var wrong = new WrongPasswords(
                saved.Count,
                clock.FromUtc(saved.Last, TimeSpan.Zero),
                clock.FromUtc(saved.LockedUntil, WrongPasswords.MaxDelay),
                saved.Tags);
            if (!wrong.IsForgotten(now))
                Set(new AttemptSource(AccountBackoff.KeyOf(saved.Account), saved.From is null ? null : from), wrong);
        }
    }
}
