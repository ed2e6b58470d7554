using System.Net;
using ServerLib.Diagnostics;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// How many accounts an address has registered: so many at once, and then one more each time that a part of the hour has passed.
/// </summary>
internal sealed class RegistrationLimiter(MonotonicClock clock, PenalizedAddresses addresses, int perHour, int capacity = AddressPenalties.Capacity)
{
    private readonly KeyedRateLimiter<AddressBlock> _pace = new(clock, perHour, TimeSpan.FromHours(1) / perHour, capacity);

    /// <summary>Counts one, unless there were too many.</summary>
    /// <param name="address">Who registers.</param>
    /// <param name="retryAfter">When it may be tried again, if there were.</param>
    public bool TryTake(EndPoint? address, out TimeSpan retryAfter)
    {
        retryAfter = default;
        return !addresses.TryFind(address, out AddressBlock block) || _pace.TryTake(block, out retryAfter);
    }

    /// <summary>Takes one back that came to nothing.</summary>
    public void GiveBack(EndPoint? address)
    {
        if (addresses.TryFind(address, out AddressBlock block))
            _pace.GiveBack(block);
    }

    /// <summary>The addresses that have registered, those with the most first.</summary>
    public List<AddressRegistrations> List() =>
        [.. _pace.List().Select(e => new AddressRegistrations(e.Key.ToString(), e.Count, e.Wait))];

    /// <summary>Lets an address, or all in a range, register anew.</summary>
    /// <returns>How many there were.</returns>
    public int Forgive(AddressBlock range) => _pace.RemoveWhere(range.Overlaps);

    /// <summary>Lets everybody register anew.</summary>
    /// <returns>How many there were.</returns>
    public int ForgiveAll() => _pace.RemoveWhere(_ => true);
}
