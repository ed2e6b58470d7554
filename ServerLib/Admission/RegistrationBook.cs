using System.Net;

namespace ServerLib.Admission;

/// <summary>
/// How many accounts an address has registered: so many at once, and then one more each time that a part of the hour has passed.
/// </summary>
internal sealed class RegistrationBook(SteadyClock clock, PenalisedAddresses addresses, int perHour, int capacity = PenaltyBook.Capacity)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly TimeSpan _each = Hour / perHour;

    // For each address when it will count as having registered none.
    private readonly BoundedTable<AddressBlock, TimeSpan, TimeSpan> _table = new(capacity);

    /// <summary>Counts one, unless there were too many.</summary>
    /// <param name="address">Who registers.</param>
    /// <param name="retryAfter">When it may be tried again, if there were.</param>
    public bool TryTake(EndPoint? address, out TimeSpan retryAfter)
    {
        retryAfter = default;
        if (!addresses.TryFind(address, out AddressBlock block))
            return true;
        lock (_gate)
        {
            TimeSpan now = clock.Now;
            _table.RemoveUpTo(now);
            TimeSpan until = (_table.TryGet(block, out TimeSpan before) ? before : now) + _each;

            // Parts of an hour don't always add up to it.
            retryAfter = until - now - _each * perHour;
            if (retryAfter > TimeSpan.Zero)
                return false;
            _table.Set(block, until, until);
            return true;
        }
    }

    /// <summary>Takes one back that came to nothing.</summary>
    public void GiveBack(EndPoint? address)
    {
        if (!addresses.TryFind(address, out AddressBlock block))
            return;
        lock (_gate)
        {
            if (_table.TryGet(block, out TimeSpan until))
                _table.Set(block, until - _each, until - _each);
        }
    }

    /// <summary>The addresses that have registered, those with the most first.</summary>
    public List<AddressRegistrations> List()
    {
        lock (_gate)
        {
            TimeSpan now = clock.Now;
            _table.RemoveUpTo(now);
            return
            [
                .. _table.Ranked.Select(e =>
                {
                    TimeSpan wait = e.Value - now - _each * (perHour - 1);
                    return new AddressRegistrations(
                        e.Key.ToString(), (int)Math.Ceiling((e.Value - now) / _each), wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
                }),
            ];
        }
    }

    /// <summary>Lets an address, or all in a range, register anew.</summary>
    /// <returns>How many there were.</returns>
    public int Forgive(AddressBlock range) => Forgive(range.Overlaps);

    /// <summary>Lets everybody register anew.</summary>
    /// <returns>How many there were.</returns>
    public int ForgiveAll() => Forgive(_ => true);

    private int Forgive(Func<AddressBlock, bool> match)
    {
        lock (_gate)
        {
            _table.RemoveUpTo(clock.Now);
            return _table.RemoveWhere(match);
        }
    }
}
