using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// Limits how many logins of one address are processed at a time; the others of that address wait. So the penalty for the first ones is
/// known before the next ones are processed, and one address cannot fill the hash queue. Thread-safe.
/// </summary>
/// <remarks>
/// System.Threading.RateLimiting's <c>PartitionedRateLimiter</c> keeps idle addresses for ten seconds and runs a timer ten times a second
/// for that.
/// </remarks>
/// <param name="limit">The number of logins at a time.</param>
internal sealed class PerAddressConcurrencyLimiter(int limit)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AddressBlock, Slots> _byAddress = [];

    /// <summary>The number of logins at a time. A change applies to an address once none of its logins is processed.</summary>
    public int Limit { get; set; } = limit;

    /// <summary>The number of addresses that are remembered.</summary>
    public int AddressCount
    {
        get
        {
            lock (_lock)
                return _byAddress.Count;
        }
    }

    /// <summary>Waits for a slot. Disposing the result frees it.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public async ValueTask<IDisposable> AcquireAsync(AddressBlock address, CancellationToken cancellationToken)
    {
        Slots? slots;
        lock (_lock)
        {
            if (!_byAddress.TryGetValue(address, out slots))
                _byAddress[address] = slots = new Slots(Limit);
            slots.Users++;
        }

        try
        {
            await slots.Semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new Lease(this, address, slots);
        }
        catch
        {
            Leave(address, slots);
            throw;
        }
    }

    private void Leave(AddressBlock address, Slots slots)
    {
        lock (_lock)
        {
            if (--slots.Users == 0)
                _byAddress.Remove(address);
        }
    }

    private sealed class Slots(int limit)
    {
        public SemaphoreSlim Semaphore { get; } = new(limit);

        /// <summary>How many logins have a slot or wait for one.</summary>
        public int Users { get; set; }
    }

    private sealed class Lease(PerAddressConcurrencyLimiter limiter, AddressBlock address, Slots slots) : IDisposable
    {
        public void Dispose()
        {
            slots.Semaphore.Release();
            limiter.Leave(address, slots);
        }
    }
}
