namespace ServerLib.Testing.Accounts;

/// <summary>The bans of an <see cref="InMemoryUserDatabase"/>. Thread-safe.</summary>
internal sealed class InMemoryBans
{
    private readonly Lock _lock = new();
    private readonly Dictionary<BanTarget, Ban> _bans = [];

    public IReadOnlyList<Ban> All
    {
        get
        {
            lock (_lock)
                return [.. _bans.Values];
        }
    }

    public void Put(Ban ban)
    {
        BanTarget target = BanTarget.TryParse(ban.Target, out BanTarget parsed, out string? problem) ? parsed : throw new ServerLibException(problem);
        lock (_lock)
            _bans[Key(target)] = ban;
    }

    public bool Remove(string target)
    {
        lock (_lock)
            return BanTarget.TryParse(target, out BanTarget parsed, out _) && _bans.Remove(Key(parsed));
    }

    /// <summary>The target in one spelling.</summary>
    private static BanTarget Key(BanTarget target) =>
        target.Name is { } name && BanTarget.TryParse($"name:{name}", out BanTarget key, out _) ? key : target;
}
