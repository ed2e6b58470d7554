using System.Net;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>Limits how many accounts an address may register per hour. Exempt addresses have no limit.</summary>
/// <param name="time">The clock.</param>
/// <param name="addresses">Groups addresses, and knows which are exempt.</param>
/// <param name="perHour">The number of accounts, at once and per hour, 1 or more.</param>
internal sealed class RegistrationLimiter(TimeProvider time, PenalizedAddresses addresses, int perHour)
{
    private readonly KeyedRateLimiter<AddressBlock> _limiter =
        new(time, Limit(perHour, time), AddressPenalties.Capacity);

    /// <summary>Changes the number of accounts per hour.</summary>
    public void Change(int perHour) => _limiter.Change(Limit(perHour, time));

    /// <summary>Counts a registration, unless there were too many.</summary>
    /// <param name="address">Where the client connects from.</param>
    /// <param name="retryAfter">The time until the next registration is allowed; zero on success.</param>
    public bool TryAcquire(EndPoint? address, out TimeSpan retryAfter)
    {
        retryAfter = default;
        return !addresses.TryFind(address, out AddressBlock block) || _limiter.TryAcquire(block, out retryAfter);
    }

    /// <summary>Undoes a successful <see cref="TryAcquire"/>, because no account was created.</summary>
    public void Refund(EndPoint? address)
    {
        if (addresses.TryFind(address, out AddressBlock block))
            _limiter.Refund(block);
    }

    /// <summary>The addresses that have registered accounts within the last hour, those with the most first.</summary>
    public List<AddressRegistrations> List() =>
        [.. _limiter.List().Select(e => new AddressRegistrations(e.Key.ToString(), e.Taken, e.Wait))];

    /// <summary>Clears the entries of all addresses in a range.</summary>
    /// <returns>The number of entries.</returns>
    public int Clear(AddressBlock range) => _limiter.RemoveWhere(range.Overlaps);

    /// <summary>Clears all entries.</summary>
    /// <returns>The number of entries.</returns>
    public int ClearAll() => _limiter.RemoveWhere(_ => true);

    private static RateLimit Limit(int perHour, TimeProvider time) => RateLimit.Every(TimeSpan.FromHours(1) / perHour, perHour, time);
}
