namespace ServerLib.RateLimiting;

/// <summary>
/// Decides which events that unknown clients can cause without end, such as failed logins, are logged one by one. Passes a number of them
/// per address and in total, and counts the rest, so that nobody can fill a disk. Thread-safe.
/// </summary>
internal sealed class AddressLogSampler(TimeProvider time)
{
    /// <summary>How many entries of one address pass at once; then one a minute.</summary>
    public const int BurstPerAddress = 10;

    /// <summary>How many entries pass in total at once. Half of them are for addresses that had none recently.</summary>
    public const int BurstInTotal = 1_000;

    /// <summary>How many entries pass in total per minute after that.</summary>
    public const int PerMinuteInTotal = 5;

    /// <summary>How many addresses <see cref="TakeSuppressed"/> lists one by one.</summary>
    public const int ListedAddresses = 10;

    /// <summary>How many addresses are counted one by one.</summary>
    public const int CountedAddresses = 1_000;

    private readonly Lock _lock = new();

    // There is room for more addresses than can have passed before the first of them is full again.
    private readonly KeyedRateLimiter<AddressBlock> _perAddress =
        new(time, RateLimit.Every(TimeSpan.FromMinutes(1), BurstPerAddress, time), capacity: 2 * BurstInTotal);

    private readonly RateLimiter _total = new();
    private readonly RateLimit _totalLimit = RateLimit.Every(TimeSpan.FromMinutes(1) / PerMinuteInTotal, BurstInTotal, time);
    private readonly Dictionary<AddressBlock, SuppressedEntries> _suppressed = [];
    private SuppressedEntries? _suppressedOthers;

    /// <summary>Counts an event.</summary>
    /// <param name="from">Where it came from.</param>
    /// <param name="name">The user name it is about.</param>
    /// <returns>Whether to log it.</returns>
    public bool TryPass(AddressBlock from, string name)
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            int tokens = _perAddress.IsFull(from) ? 1 : 1 + BurstInTotal / 2;
            if (_total.WaitFor(tokens, _totalLimit, now) <= 0 && _perAddress.TryAcquire(from, out _))
            {
                _total.Take(1, _totalLimit, now);
                return true;
            }

            Suppress(from, name);
            return false;
        }
    }

    /// <summary>Undoes a successful <see cref="TryPass"/>.</summary>
    /// <param name="from">Where the event came from.</param>
    public void Refund(AddressBlock from)
    {
        lock (_lock)
        {
            _total.Refund(1, _totalLimit);
            _perAddress.Refund(from);
        }
    }

    /// <summary>
    /// Takes what was not passed since the last call: one element for each of the addresses with the most entries, the most first, and
    /// one for all others.
    /// </summary>
    public List<SuppressedEntries> TakeSuppressed()
    {
        lock (_lock)
        {
            SuppressedEntries[] ranked = [.. _suppressed.Values.OrderByDescending(entries => entries.Count)];
            SuppressedEntries? others = ranked.Skip(ListedAddresses)
                .Aggregate(_suppressedOthers, (sum, entries) => sum is null ? entries with { From = null } : sum.Add(entries));
            _suppressed.Clear();
            _suppressedOthers = null;
            return others is null ? [.. ranked] : [.. ranked.Take(ListedAddresses), others];
        }
    }

    private void Suppress(AddressBlock from, string name)
    {
        var one = new SuppressedEntries(from, name, 1, time.GetUtcNow());
        if (_suppressed.TryGetValue(from, out SuppressedEntries? entries))
            _suppressed[from] = entries.Add(one);
        else if (_suppressed.Count < CountedAddresses)
            _suppressed.Add(from, one);
        else
            _suppressedOthers = _suppressedOthers?.Add(one) ?? one with { From = null };
    }
}
