using System.Diagnostics.CodeAnalysis;

namespace ServerLib.RateLimiting;

/// <summary>
/// A table with room for so many: for one more, the one of the lowest rank leaves, of several the one that was set first. Looking up
/// allocates nothing. Not for several threads at once.
/// </summary>
/// <param name="capacity">For how many.</param>
/// <param name="left">Told what has left for another one. Default nobody.</param>
internal sealed class BoundedTable<TKey, TValue, TRank>(int capacity, Action<TValue>? left = null)
    where TKey : notnull
    where TRank : IComparable<TRank>
{
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly SortedSet<Entry> _ranked = [];
    private long _lastNumber;

    public int Count => _entries.Count;

    /// <summary>All there is, the highest rank first.</summary>
    public IEnumerable<(TKey Key, TValue Value)> Ranked => _ranked.Reverse().Select(entry => (entry.Key, entry.Value));

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        bool found = _entries.TryGetValue(key, out Entry? entry);
        value = found ? entry!.Value : default;
        return found;
    }

    /// <summary>Adds an entry, or puts another value and rank in the place of those it has.</summary>
    public void Set(TKey key, TValue value, TRank rank)
    {
        Remove(key);
        if (_entries.Count == capacity && _ranked.Min is { } lowest && Remove(lowest.Key))
            left?.Invoke(lowest.Value);
        var entry = new Entry(key, value, rank, ++_lastNumber);
        _entries.Add(key, entry);
        _ranked.Add(entry);
    }

    public bool Remove(TKey key) => _entries.Remove(key, out Entry? entry) && _ranked.Remove(entry);

    /// <summary>Removes those of this rank and below.</summary>
    public void RemoveUpTo(TRank rank)
    {
        while (_ranked.Min is { } lowest && lowest.Rank.CompareTo(rank) <= 0)
            Remove(lowest.Key);
    }

    /// <returns>How many there were.</returns>
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
