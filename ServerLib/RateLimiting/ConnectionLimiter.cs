using System.Runtime.InteropServices;

namespace ServerLib.RateLimiting;

/// <summary>
/// Lets connections in, up to a number of all, of those from one address, and of those that have not logged in yet, from one address and of
/// all. This machine's own count only among all: no flood from outside keeps out who sits there. Nor does a flood of strangers keep out
/// the first few from where somebody has logged in before. What it remembers is bounded by the connections there are.
/// </summary>
/// <param name="maxConnections">How many may be in.</param>
/// <param name="maxPerAddress">How many of them from one block of addresses.</param>
/// <param name="maxUnauthenticatedPerAddress">How many of those that have not logged in.</param>
/// <param name="unauthenticated">How many that have not logged in, of all.</param>
/// <param name="random">Says who is dropped early: a number from 0 up to, but not including, 1.</param>
internal sealed class ConnectionLimiter(
    int maxConnections, int maxPerAddress, int maxUnauthenticatedPerAddress, RandomEarlyDrop unauthenticated, Func<double> random)
{
    /// <summary>
    /// How many that have not logged in, from an address where somebody has before, are let in however many strangers there are: a household's
    /// worth. Whoever has an account makes few addresses his own, and gets no more of it than so many from each.
    /// </summary>
    public const int KnownAddressesAtOnce = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<AddressBlock, Counts> _byAddress = [];
    private int _inside;
    private int _unauthenticated;

    /// <summary>How many are in.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>How many of them have not logged in, this machine's own aside.</summary>
    public int Unauthenticated => Volatile.Read(ref _unauthenticated);

    /// <summary>How many blocks of addresses are remembered.</summary>
    public int Addresses
    {
        get
        {
            lock (_gate)
                return _byAddress.Count;
        }
    }

    /// <summary>Lets one in, or says why not.</summary>
    /// <param name="address">Where it comes from.</param>
    /// <param name="isKnownAddress">Whether somebody has logged in from there before.</param>
    /// <param name="hasPriority">Whether it is one of the first few of such an address, and strangers are not to hold it up.</param>
    /// <returns><see cref="DisconnectReason.None"/> when it is in.</returns>
    public DisconnectReason TryEnter(AddressBlock address, bool isKnownAddress, out bool hasPriority)
    {
        hasPriority = false;
        lock (_gate)
        {
            if (_inside >= maxConnections)
                return DisconnectReason.ServerFull;
            if (!address.IsLoopback)
            {
                Counts counts = _byAddress.GetValueOrDefault(address);
                if (counts.Inside >= maxPerAddress)
                    return DisconnectReason.TooManyFromAddress;
                if (counts.Unauthenticated >= maxUnauthenticatedPerAddress)
                    return DisconnectReason.TooManyUnauthenticatedFromAddress;
                hasPriority = isKnownAddress && counts.Unauthenticated < KnownAddressesAtOnce;
                if (!hasPriority && unauthenticated.Drops(_unauthenticated, random))
                    return DisconnectReason.TooManyUnauthenticated;
                _unauthenticated++;
                _byAddress[address] = new Counts(counts.Inside + 1, counts.Unauthenticated + 1);
            }

            _inside++;
            return DisconnectReason.None;
        }
    }

    /// <summary>One of those inside has logged in.</summary>
    /// <param name="address">Where it came from.</param>
    public void LoggedIn(AddressBlock address)
    {
        if (address.IsLoopback)
            return;
        lock (_gate)
        {
            _unauthenticated--;
            CollectionsMarshal.GetValueRefOrNullRef(_byAddress, address).Unauthenticated--;
        }
    }

    /// <summary>One that was let in has gone.</summary>
    /// <param name="address">Where it came from.</param>
    /// <param name="isLoggedIn">Whether it had logged in.</param>
    public void Leave(AddressBlock address, bool isLoggedIn)
    {
        lock (_gate)
        {
            _inside--;
            if (address.IsLoopback)
                return;
            ref Counts counts = ref CollectionsMarshal.GetValueRefOrNullRef(_byAddress, address);
            if (!isLoggedIn)
            {
                _unauthenticated--;
                counts.Unauthenticated--;
            }

            if (--counts.Inside == 0)
                _byAddress.Remove(address);
        }
    }

    private record struct Counts(int Inside, int Unauthenticated);
}
