using System.Collections.Concurrent;
using System.Net;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Bans;

/// <summary>
/// The bans in force, asked for each connection: one look for each length of prefix that is in use, however many bans there are. Asking
/// needs no lock and allocates nothing.
/// </summary>
/// <param name="time">Says which bans are over.</param>
internal sealed class BanList(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, Ban> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<AddressBlock, Ban> _blocks = new();
    private readonly int[] _ipv4Prefixes = new int[33];
    private readonly int[] _ipv6Prefixes = new int[129];

    /// <summary>The bans in force, the oldest first. Those that are over are forgotten.</summary>
    public IReadOnlyList<Ban> All
    {
        get
        {
            foreach (Ban ban in _names.Values.Concat(_blocks.Values))
            {
                if (!IsInForce(ban) && BanTarget.TryParse(ban.Target, out BanTarget subject, out _))
                    Remove(subject, ban);
            }

            return [.. _names.Values.Concat(_blocks.Values).OrderBy(ban => ban.Since).ThenBy(ban => ban.Target, StringComparer.Ordinal)];
        }
    }

    /// <summary>A ban is in force from now on, in the place of one of the same subject.</summary>
    public void Add(BanTarget subject, Ban ban)
    {
        lock (_gate)
        {
            if (subject.Name is { } name)
            {
                _names[name] = ban;
            }
            else
            {
                if (!_blocks.ContainsKey(subject.Block))
                    Count(subject.Block, 1);
                _blocks[subject.Block] = ban;
            }
        }
    }

    /// <summary>A ban is in force no longer.</summary>
    /// <param name="subject">Whom it is about.</param>
    /// <param name="only">Which ban it has to be, where another may have come in its place. Default whichever there is.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(BanTarget subject, Ban? only = null)
    {
        lock (_gate)
        {
            if (Find(subject) is not { } ban || (only is not null && !ReferenceEquals(ban, only)))
                return false;
            if (subject.Name is { } name)
                return _names.TryRemove(name, out _);
            Count(subject.Block, -1);
            return _blocks.TryRemove(subject.Block, out _);
        }
    }

    /// <summary>The ban of exactly this subject, if it is in force.</summary>
    public Ban? Get(BanTarget subject) => Find(subject) is { } ban && IsInForce(ban) ? ban : null;

    /// <summary>The ban of a user, if there is one in force.</summary>
    public Ban? Find(string name) =>
        !_names.IsEmpty && UserName.Key(name) is { } key && _names.TryGetValue(key, out Ban? ban) && IsInForce(ban) ? ban : null;

    /// <summary>Whether an end point's address is banned. This machine's own never are, however wide a range.</summary>
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

    private Ban? Find(BanTarget subject)
    {
        Ban? ban;
        return (subject.Name is { } name ? _names.TryGetValue(name, out ban) : _blocks.TryGetValue(subject.Block, out ban)) ? ban : null;
    }

    private void Count(AddressBlock block, int change) =>
        Interlocked.Add(ref (block.IsIPv4 ? _ipv4Prefixes : _ipv6Prefixes)[block.Prefix], change);

    private bool IsInForce(Ban ban) => ban.Until is not { } until || until > time.GetUtcNow();
}
