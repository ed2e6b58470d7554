using System.Net;
using ServerLib.Diagnostics;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// What addresses have coming for what they did: penalties add up, and count down with time. From <see cref="BitesFrom"/> on an address
/// is refused, until all is counted down.
/// </summary>
internal sealed class AddressPenalties(MonotonicClock clock, PenalizedAddresses addresses, int capacity = AddressPenalties.Capacity)
{
    public const int Capacity = 65_536;

    /// <summary>For a password that is wrong, and for a name that nobody has: there is no telling them apart.</summary>
    public static readonly TimeSpan FailedLogin = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan NeverLoggedIn = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan OutOfTime = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan MalformedFrame = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan BitesFrom = TimeSpan.FromSeconds(15);

    public static readonly TimeSpan Max = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly BoundedTable<AddressBlock, Penalty, TimeSpan> _table = new(capacity);
    private long _changes;

    /// <summary>Goes up with each change.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>What a connection has earned by how it ended.</summary>
    /// <param name="reason">Why it ended.</param>
    /// <param name="isForgivable">Whether it had logged in, or it was the server's doing that it hadn't.</param>
    public static TimeSpan For(DisconnectReason reason, bool isForgivable) => reason switch
    {
        DisconnectReason.BadFrame or DisconnectReason.FrameTooLarge or DisconnectReason.OutOfTurn or DisconnectReason.BadKey => MalformedFrame,
        DisconnectReason.LoginTimeout => OutOfTime,
        DisconnectReason.ClientCertificateRefused => FailedLogin,
        DisconnectReason.ClientLeft or DisconnectReason.EndOfStream or DisconnectReason.ConnectionLost or DisconnectReason.UnknownProtocol
            or DisconnectReason.PlaintextRefused or DisconnectReason.TlsFailed or DisconnectReason.TooManyLoginAttempts when !isForgivable => NeverLoggedIn,
        _ => TimeSpan.Zero,
    };

    /// <summary>The addresses that have something coming, the worst first, and for how long still.</summary>
    public List<AddressPenalty> List()
    {
        lock (_gate)
        {
            TimeSpan now = clock.Now;
            _table.RemoveUpTo(now);
            return [.. _table.Ranked.Select(e => new AddressPenalty(e.Key.ToString(), e.Value.Until - now, e.Value.IsRefused))];
        }
    }

    /// <summary>Whether an address is refused now, and for how long still.</summary>
    public bool IsRefused(EndPoint? address, out TimeSpan remaining)
    {
        remaining = default;
        if (!addresses.TryFind(address, out AddressBlock block))
            return false;
        lock (_gate)
        {
            if (_table.TryGet(block, out Penalty penalty) && penalty.IsRefused)
                remaining = penalty.Until - clock.Now;
        }

        return remaining > TimeSpan.Zero;
    }

    /// <summary>Adds to what an address has coming.</summary>
    /// <returns>What it is, when the address is refused from now on; otherwise <see langword="null"/>.</returns>
    public AddressPenalty? Add(EndPoint? address, TimeSpan time)
    {
        if (time == TimeSpan.Zero || !addresses.TryFind(address, out AddressBlock block))
            return null;
        lock (_gate)
        {
            TimeSpan now = clock.Now;
            _table.RemoveUpTo(now);
            _changes++;
            bool isRefused = false;
            TimeSpan remaining = time;
            if (_table.TryGet(block, out Penalty before))
            {
                isRefused = before.IsRefused;
                remaining += before.Until - now;
            }

            remaining = remaining < Max ? remaining : Max;
            bool bites = remaining >= BitesFrom;
            _table.Set(block, new Penalty(now + remaining, isRefused || bites), now + remaining);
            return bites && !isRefused ? new AddressPenalty(block.ToString(), remaining, true) : null;
        }
    }

    /// <summary>Lets an address, or all in a range, off.</summary>
    /// <returns>How many there were.</returns>
    public int Forgive(AddressBlock range) => Forgive(range.Overlaps);

    /// <summary>Lets everybody off.</summary>
    /// <returns>How many there were.</returns>
    public int ForgiveAll() => Forgive(_ => true);

    public List<SavedPenalty> Save()
    {
        lock (_gate)
        {
            _table.RemoveUpTo(clock.Now);
            return [.. _table.Ranked.Select(e => new SavedPenalty(e.Key.ToString(), clock.ToUtc(e.Value.Until), e.Value.IsRefused))];
        }
    }

    /// <summary>Takes up what was saved.</summary>
    public void Restore(IEnumerable<SavedPenalty> saved)
    {
        lock (_gate)
        {
            foreach (SavedPenalty entry in saved)
            {
                TimeSpan until = clock.FromUtc(entry.Until, Max);
                if (until > clock.Now && AddressBlock.TryParse(entry.Addresses, out AddressBlock block))
                    _table.Set(block, new Penalty(until, entry.Refused), until);
            }
        }
    }

    private int Forgive(Func<AddressBlock, bool> match)
    {
        lock (_gate)
        {
            _table.RemoveUpTo(clock.Now);
            _changes++;
            return _table.RemoveWhere(match);
        }
    }

    private readonly record struct Penalty(TimeSpan Until, bool IsRefused);
}
