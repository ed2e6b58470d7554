using System.Net;
using ServerLib.Diagnostics;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// The penalties of addresses. Penalties add up, and run down with time. From <see cref="RefusalThreshold"/> on, the server refuses the
/// address until its penalty is zero. Thread-safe.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="addresses">Groups addresses, and knows which are exempt.</param>
/// <param name="capacity">The maximum number of addresses. Those with the smallest penalty leave first.</param>
internal sealed class AddressPenalties(MonotonicClock clock, PenalizedAddresses addresses, int capacity = AddressPenalties.Capacity)
{
    /// <summary>The default of <c>capacity</c>.</summary>
    public const int Capacity = 65_536;

    /// <summary>The penalty for a failed login. It is the same for a wrong password and an unknown name.</summary>
    public static readonly TimeSpan FailedLogin = TimeSpan.FromSeconds(5);

    /// <summary>The penalty for a connection that ended without a login.</summary>
    public static readonly TimeSpan NeverLoggedIn = TimeSpan.FromSeconds(1);

    /// <summary>The penalty for a connection that did not log in within the login grace time.</summary>
    public static readonly TimeSpan LoginTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The penalty for a malformed frame.</summary>
    public static readonly TimeSpan MalformedFrame = TimeSpan.FromSeconds(10);

    /// <summary>The penalty from which on an address is refused.</summary>
    public static readonly TimeSpan RefusalThreshold = TimeSpan.FromSeconds(15);

    /// <summary>The largest penalty.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly BoundedTable<AddressBlock, Penalty, TimeSpan> _table = new(capacity);
    private long _changes;

    /// <summary>Increases with each change.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>The penalty for the way in which a connection ended.</summary>
    /// <param name="reason">The reason of its end.</param>
    /// <param name="isExcused">Whether it has logged in, or could not because the server was busy.</param>
    public static TimeSpan For(DisconnectReason reason, bool isExcused) => reason switch
    {
        DisconnectReason.BadFrame or DisconnectReason.FrameTooLarge or DisconnectReason.OutOfTurn or DisconnectReason.BadKey => MalformedFrame,
        DisconnectReason.LoginTimeout => LoginTimeout,
        DisconnectReason.ClientCertificateRefused => FailedLogin,
        DisconnectReason.ClientLeft or DisconnectReason.EndOfStream or DisconnectReason.ConnectionLost or DisconnectReason.UnknownProtocol
            or DisconnectReason.PlaintextRefused or DisconnectReason.TlsFailed or DisconnectReason.TooManyLoginAttempts when !isExcused => NeverLoggedIn,
        _ => TimeSpan.Zero,
    };

    /// <summary>All addresses with a penalty, those with the largest first.</summary>
    public List<AddressPenalty> List()
    {
        lock (_lock)
        {
            TimeSpan now = clock.Now;
            _table.RemoveUpTo(now);
            return [.. _table.Ranked.Select(e => new AddressPenalty(e.Key.ToString(), e.Value.Until - now, e.Value.IsRefused))];
        }
    }

    /// <summary>Whether the server refuses an address now, and for how much longer.</summary>
    public bool IsRefused(EndPoint? address, out TimeSpan remaining)
    {
        remaining = default;
        if (!addresses.TryFind(address, out AddressBlock block))
            return false;
        lock (_lock)
        {
            if (_table.TryGet(block, out Penalty penalty) && penalty.IsRefused)
                remaining = penalty.Until - clock.Now;
        }

        return remaining > TimeSpan.Zero;
    }

    /// <summary>Adds a penalty, unless the address is exempt.</summary>
    /// <returns>The total penalty if the address is refused from now on; otherwise <see langword="null"/>.</returns>
    public AddressPenalty? Add(EndPoint? address, TimeSpan time)
    {
        if (time == TimeSpan.Zero || !addresses.TryFind(address, out AddressBlock block))
            return null;
        lock (_lock)
        {
            TimeSpan now = clock.Now;
            _table.RemoveUpTo(now);
            _changes++;
            bool wasRefused = false;
            TimeSpan remaining = time;
            if (_table.TryGet(block, out Penalty before))
            {
                wasRefused = before.IsRefused;
                remaining += before.Until - now;
            }

            remaining = remaining < Max ? remaining : Max;
            bool isOverThreshold = remaining >= RefusalThreshold;
            _table.Set(block, new Penalty(now + remaining, wasRefused || isOverThreshold), now + remaining);
            return isOverThreshold && !wasRefused ? new AddressPenalty(block.ToString(), remaining, IsRefused: true) : null;
        }
    }

    /// <summary>Clears the penalties of all addresses in a range.</summary>
    /// <returns>The number of penalties.</returns>
    public int Clear(AddressBlock range) => Clear(range.Overlaps);

    /// <summary>Clears all penalties.</summary>
    /// <returns>The number of penalties.</returns>
    public int ClearAll() => Clear(_ => true);

    /// <summary>The penalties as they are saved.</summary>
    public List<SavedPenalty> Save()
    {
        lock (_lock)
        {
            _table.RemoveUpTo(clock.Now);
            return [.. _table.Ranked.Select(e => new SavedPenalty(e.Key.ToString(), clock.ToUtc(e.Value.Until), e.Value.IsRefused))];
        }
    }

    /// <summary>Adds the penalties of <see cref="Save"/>. Ignores invalid ones.</summary>
    public void Restore(IEnumerable<SavedPenalty> saved)
    {
        lock (_lock)
        {
            foreach (SavedPenalty entry in saved)
            {
                TimeSpan until = clock.FromUtc(entry.Until, Max);
                if (until > clock.Now && AddressBlock.TryParse(entry.Addresses, out AddressBlock block))
                    _table.Set(block, new Penalty(until, entry.Refused), until);
            }
        }
    }

    private int Clear(Func<AddressBlock, bool> match)
    {
        lock (_lock)
        {
            _table.RemoveUpTo(clock.Now);
            _changes++;
            return _table.RemoveWhere(match);
        }
    }

    private readonly record struct Penalty(TimeSpan Until, bool IsRefused);
}
