using System.Collections.Concurrent;
using System.Net;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Bans;

/// <summary>
/// The current bans. A lookup takes one step for each prefix length in use, however many bans there are. It takes no lock and allocates
/// nothing. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class BanList(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, Ban> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<AddressBlock, Ban> _blocks = new();
    private readonly int[] _ipv4Prefixes = new int[33];
    private readonly int[] _ipv6Prefixes = new int[129];

    /// <summary>The current bans, the oldest first.</summary>
    public IReadOnlyList<Ban> All =>
        [.. _names.Values.Concat(_blocks.Values).Where(IsInForce).OrderBy(ban => ban.Since).ThenBy(ban => ban.Target, StringComparer.Ordinal)];

    /// <summary>The bans that are no longer in force, unless the clock is wrong.</summary>
    public IReadOnlyList<Ban> Expired => [.. _names.Values.Concat(_blocks.Values).Where(ban => !IsInForce(ban))];

    /// <summary>Adds a ban, or replaces the ban of the same target.</summary>
    public void Add(BanTarget target, Ban ban)
    {
        lock (_lock)
        {
            if (target.Name is { } name)
            {
                _names[name] = ban;
            }
            else
            {
                if (!_blocks.ContainsKey(target.Block))
                    Count(target.Block, 1);
                _blocks[target.Block] = ban;
            }
        }
    }

    /// <summary>Removes a ban.</summary>
    /// <returns>Whether a ban was removed.</returns>
    public bool Remove(BanTarget target)
    {
        lock (_lock)
        {
            if (Find(target) is null)
                return false;
            if (target.Name is { } name)
                return _names.TryRemove(name, out _);
            Count(target.Block, -1);
            return _blocks.TryRemove(target.Block, out _);
        }
    }

    /// <summary>The current ban of exactly this target, if there is one.</summary>
    public Ban? Get(BanTarget target) => Find(target) is { } ban && IsInForce(ban) ? ban : null;

    /// <summary>The current ban of a user, if there is one.</summary>
    public Ban? Find(string name) =>
        !_names.IsEmpty && UserName.Key(name) is { } key && _names.TryGetValue(key, out Ban? ban) && IsInForce(ban) ? ban : null;

    /// <summary>How long a ban stays in force; <see langword="null"/> if it does not end.</summary>
    public TimeSpan? Remaining(Ban ban) => ban.Until - time.GetUtcNow() is { } left ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : null;

    /// <summary>Whether the address of an end point is banned. Loopback addresses never are, even if a range contains them.</summary>
    public bool Covers(EndPoint endPoint)
    {
        AddressBlock address = AddressBlock.Exactly(endPoint);
        if (address.IsLoopback)
            return false;
        int[] prefixes = address.IsIPv4 ? _ipv4Prefixes : _ipv6Prefixes;
        for (int prefix = 0; prefix < prefixes.Length; prefix++)
        {
            if (Volatile.Read(ref prefixes[prefix]) > 0 && _blocks.TryGetValue(address.Widen(prefix), out Ban? ban) && IsInForce(ban))
                return true;
        }

        return false;
    }

    private Ban? Find(BanTarget target)
    {
        Ban? ban;
        return (target.Name is { } name ? _names.TryGetValue(name, out ban) : _blocks.TryGetValue(target.Block, out ban)) ? ban : null;
    }

    private void Count(AddressBlock block, int change) =>
        Interlocked.Add(ref (block.IsIPv4 ? _ipv4Prefixes : _ipv6Prefixes)[block.Prefix], change);

    private bool IsInForce(Ban ban) => ban.Until is not { } until || until > time.GetUtcNow();
}
