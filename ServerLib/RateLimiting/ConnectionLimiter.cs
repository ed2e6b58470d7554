using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.InteropServices;

namespace ServerLib.RateLimiting;

/// <summary>
/// Limits the number of connections: of all, per address, and of those without a login, per address and of all.
/// </summary>
/// <remarks>The limiter remembers only addresses that have connections.</remarks>
/// <param name="maxConnections">The maximum number of connections.</param>
/// <param name="maxPerAddress">The maximum from one block of addresses.</param>
/// <param name="maxUnauthenticatedPerAddress">The maximum from one block of addresses without a login.</param>
/// <param name="unauthenticated">How many connections without a login there may be in total.</param>
/// <param name="random">The chance that decides about an early drop: a number from 0 up to, but not including, 1.</param>
/// <param name="exemptLoopback">
/// Whether connections from this machine count towards the total only, so that a flood from outside does not lock out the machine itself.
/// </param>
internal sealed class ConnectionLimiter(
    int maxConnections,
    int maxPerAddress,
    int maxUnauthenticatedPerAddress,
    RandomEarlyDrop unauthenticated,
    Func<double> random,
    bool exemptLoopback = true)
{
    /// <summary>
    /// How many connections without a login a known address may have whatever <c>unauthenticated</c> says: enough for a household.
    /// An account makes few addresses known, so it cannot gain many slots this way.
    /// </summary>
    public const int PriorityPerAddress = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<AddressBlock, Counts> _byAddress = [];
    private int _maxConnections = maxConnections;
    private int _maxPerAddress = maxPerAddress;
    private int _maxUnauthenticatedPerAddress = maxUnauthenticatedPerAddress;
    private RandomEarlyDrop _maxUnauthenticated = unauthenticated;
    private int _total;
    private int _detached;
    private int _unauthenticated;

    /// <summary>The number of connections.</summary>
    public int Count => Volatile.Read(ref _total);

    /// <summary>
    /// Whether there are no more connections and detached sessions than allowed. Connections without a login may be more, so that clients can
    /// resume their sessions.
    /// </summary>
    public bool HasRoom => Count <= Volatile.Read(ref _maxConnections);

    /// <summary>The number of connections without a login, except those that are exempt.</summary>
    public int UnauthenticatedCount => Volatile.Read(ref _unauthenticated);

    /// <summary>The number of address blocks that are remembered.</summary>
    public int AddressCount
    {
        get
        {
            lock (_lock)
                return _byAddress.Count;
        }
    }

    /// <summary>Takes the slots that a new connection needs, or says which limit is reached. A refusal allocates nothing.</summary>
    /// <param name="remoteEndPoint">Where the connection comes from.</param>
    /// <param name="isKnownAddress">Whether a user has logged in from that address before.</param>
    /// <param name="lease">The slots. Dispose it when the connection has ended.</param>
    /// <param name="refusal">The limit that is reached; <see cref="DisconnectReason.None"/> on success.</param>
    public bool TryAcquire(
        EndPoint remoteEndPoint, bool isKnownAddress, [NotNullWhen(true)] out ConnectionLease? lease, out DisconnectReason refusal)
    {
        lease = null;
        refusal = TryAcquire(AddressBlock.Of(remoteEndPoint), isKnownAddress, out bool hasPriority);
        if (refusal != DisconnectReason.None)
            return false;
        lease = new ConnectionLease(this, remoteEndPoint, hasPriority);
        return true;
    }

    /// <summary>Changes the limits. Connections over a lower limit stay.</summary>
    public void Change(ServerLimits limits)
    {
        lock (_lock)
        {
            _maxConnections = limits.MaxConnections;
            _maxPerAddress = limits.MaxConnectionsPerAddress;
            _maxUnauthenticatedPerAddress = limits.MaxUnauthenticatedPerAddress;
            _maxUnauthenticated = limits.MaxUnauthenticated;
        }
    }

    /// <summary>Returns the slots for connections without a login. Only the lease calls this.</summary>
    internal void ReleaseUnauthenticated(AddressBlock address)
    {
        if (IsExempt(address))
            return;
        lock (_lock)
        {
            _unauthenticated--;
            CollectionsMarshal.GetValueRefOrNullRef(_byAddress, address).Unauthenticated--;
        }
    }

    /// <summary>Returns the slot at the address of a session that has lost its connection. Only the lease calls this.</summary>
    internal void Detach(AddressBlock address)
    {
        lock (_lock)
        {
            _detached++;
            if (!IsExempt(address))
                ReleaseAt(address, isLoggedIn: true);
        }
    }

    /// <summary>Returns all slots. Only the lease calls this.</summary>
    internal void Release(AddressBlock address, bool isLoggedIn, bool isDetached)
    {
        lock (_lock)
        {
            _total--;
            if (isDetached)
                _detached--;
            else if (!IsExempt(address))
                ReleaseAt(address, isLoggedIn);
        }
    }

    private void ReleaseAt(AddressBlock address, bool isLoggedIn)
    {
        ref Counts counts = ref CollectionsMarshal.GetValueRefOrNullRef(_byAddress, address);
        if (!isLoggedIn)
        {
            _unauthenticated--;
            counts.Unauthenticated--;
        }

        if (--counts.Total == 0)
            _byAddress.Remove(address);
    }

    private DisconnectReason TryAcquire(AddressBlock address, bool isKnownAddress, out bool hasPriority)
    {
        hasPriority = false;
        lock (_lock)
        {
            if (_total - _detached >= _maxConnections)
                return DisconnectReason.ServerFull;
            if (!IsExempt(address))
            {
                Counts counts = _byAddress.GetValueOrDefault(address);
                if (counts.Total >= _maxPerAddress)
                    return DisconnectReason.TooManyFromAddress;
                if (counts.Unauthenticated >= _maxUnauthenticatedPerAddress)
                    return DisconnectReason.TooManyUnauthenticatedFromAddress;
                hasPriority = isKnownAddress && counts.Unauthenticated < PriorityPerAddress;
                if (!hasPriority && _maxUnauthenticated.Drops(_unauthenticated, random))
                    return DisconnectReason.TooManyUnauthenticated;
                _unauthenticated++;
                _byAddress[address] = new Counts(counts.Total + 1, counts.Unauthenticated + 1);
            }

            _total++;
            return DisconnectReason.None;
        }
    }

    private bool IsExempt(AddressBlock address) => exemptLoopback && address.IsLoopback;

    private record struct Counts(int Total, int Unauthenticated);
}
