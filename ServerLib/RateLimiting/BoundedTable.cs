using System.Diagnostics.CodeAnalysis;

namespace ServerLib.RateLimiting;

/// <summary>
/// A dictionary with a maximum size. When it is full, the entry with the lowest rank is removed; among equals, the oldest.
/// A lookup allocates nothing. Not thread-safe.
/// </summary>
/// <param name="capacity">The maximum number of entries, 1 or more.</param>
/// <param name="evicted">Gets each value that leaves because the table is full. Default none.</param>
internal sealed class BoundedTable<TKey, TValue, TRank>(int capacity, Action<TValue>? evicted = null)
    where TKey : notnull
    where TRank : IComparable<TRank>
{
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly SortedSet<Entry> _ranked = [];
    private readonly int _capacity = capacity >= 1 ? capacity : throw new ArgumentOutOfRangeException(nameof(capacity));
    private long _lastNumber;

    public int Count => _entries.Count;

    /// <summary>All entries, the highest rank first.</summary>
    public IEnumerable<(TKey Key, TValue Value)> Ranked => _ranked.Reverse().Select(entry => (entry.Key, entry.Value));

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        bool found = _entries.TryGetValue(key, out Entry? entry);
        value = found ? entry!.Value : default;
        return found;
    }

    /// <summary>Adds or replaces an entry.</summary>
    public void Set(TKey key, TValue value, TRank rank)
    {
        Remove(key);
        if (_entries.Count == _capacity && _ranked.Min is { } lowest && Remove(lowest.Key))
            evicted?.Invoke(lowest.Value);
        var entry = new Entry(key, value, rank, ++_lastNumber);
        _entries.Add(key, entry);
        _ranked.Add(entry);
    }

    public bool Remove(TKey key) => _entries.Remove(key, out Entry? entry) && _ranked.Remove(entry);

    /// <summary>Removes the entries with this rank or a lower one.</summary>
    public void RemoveUpTo(TRank rank)
    {
        while (_ranked.Min is { } lowest && lowest.Rank.CompareTo(rank) <= 0)
            Remove(lowest.Key);
    }

    /// <summary>Removes the entries whose keys match.</summary>
    /// <returns>The number of entries.</returns>
    public int RemoveWhere(Func<TKey, bool> match)
    {
        TKey[] matching = [.. _entries.Keys.Where(match)];
        foreach (TKey key in matching)
            Remove(key);
        return matching.Length;
    }

    private sealed class Entry(TKey key, TValue value, TRank rank, long number) : IComparable<Entry>
    {
        public TKey Key => key;

        public TValue Value => value;

        public TRank Rank => rank;

        private long Number => number;

        public int CompareTo(Entry? other)
        {
            int ranks = Rank.CompareTo(other!.Rank);
            return ranks != 0 ? ranks : Number.CompareTo(other.Number);
        }
    }
}
