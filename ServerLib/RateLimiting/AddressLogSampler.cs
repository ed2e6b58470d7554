namespace ServerLib.RateLimiting;

/// <summary>
/// Of what strangers can bring about without end, such as failed logins, says what is written down one by one, so that nobody fills a
/// disk: of one address so many at once and then one a minute, and so many of all addresses together. The others are counted.
/// </summary>
internal sealed class AddressLogSampler(TimeProvider time)
{
    /// <summary>How many of one address at once; then one a minute.</summary>
    public const int OfAddress = 10;

    /// <summary>How many of all at once. Half of them are for addresses that had none of late.</summary>
    public const int OfAll = 1_000;

    /// <summary>How many of all a minute, after that.</summary>
    public const int OfAllPerMinute = 5;

    /// <summary>How many addresses are told of one by one when what was held back is summed up.</summary>
    public const int Told = 10;

    /// <summary>How many addresses are counted one by one.</summary>
    public const int Counted = 1_000;

    private readonly Lock _gate = new();
    private readonly long _minute = 60 * time.TimestampFrequency;

    // For each address when it may have as many as at first. There is room for more than can be let through until then.
    private readonly BoundedTable<AddressBlock, long, long> _addresses = new(2 * OfAll);
    private readonly Dictionary<AddressBlock, SuppressedEntries> _held = [];
    private SuppressedEntries? _others;
    private long _allUntil;

    /// <summary>Counts one more.</summary>
    /// <param name="from">Where it came from.</param>
    /// <param name="name">Whom it was about.</param>
    /// <returns>Whether it is to be written down; otherwise it is held back.</returns>
    public bool TryTake(AddressBlock from, string name)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            _addresses.RemoveUpTo(now);
            bool isFirst = !_addresses.TryGet(from, out long before);
            long until = (isFirst ? now : before) + _minute;
            long each = _minute / OfAllPerMinute;
            long allUntil = Math.Max(_allUntil, now) + each;
            if (until - now <= OfAddress * _minute && allUntil - now <= (isFirst ? OfAll : OfAll / 2) * each)
            {
                _addresses.Set(from, until, until);
                _allUntil = allUntil;
                return true;
            }

            HoldBack(from, name);
            return false;
        }
    }

    /// <summary>Takes one back that was let through.</summary>
    /// <param name="from">Where it came from.</param>
    public void GiveBack(AddressBlock from)
    {
        lock (_gate)
        {
            _allUntil -= _minute / OfAllPerMinute;
            if (_addresses.TryGet(from, out long until))
                _addresses.Set(from, until - _minute, until - _minute);
        }
    }

    /// <summary>
    /// Takes what was held back since this was last asked: the addresses with the most, the most first, and all others together.
    /// </summary>
    public List<SuppressedEntries> TakeHeldBack()
    {
        lock (_gate)
        {
            SuppressedEntries[] ranked = [.. _held.Values.OrderByDescending(held => held.Count)];
            SuppressedEntries? others = ranked.Skip(Told).Aggregate(_others, (sum, held) => sum is null ? held with { From = null } : sum.With(held));
            _held.Clear();
            _others = null;
            return others is null ? [.. ranked] : [.. ranked.Take(Told), others];
        }
    }

    private void HoldBack(AddressBlock from, string name)
    {
        var one = new SuppressedEntries(from, name, 1, time.GetUtcNow());
        if (_held.TryGetValue(from, out SuppressedEntries? held))
            _held[from] = held.With(one);
        else if (_held.Count < Counted)
            _held.Add(from, one);
        else
            _others = _others?.With(one) ?? one with { From = null };
    }
}
