using System.Runtime.InteropServices;

namespace ServerLib.Admission;

/// <summary>
/// Lets connections in, up to a number of all, of those from one address, and of those that have not logged in yet, from one address and of
/// all. Of these, strangers are counted apart from those who come from where somebody has logged in before, and this machine's own count
/// only among all: no flood of strangers keeps out who is known, or sits there. What it remembers is bounded by the connections there are.
/// </summary>
/// <param name="maxConnections">How many may be in.</param>
/// <param name="maxPerAddress">How many of them from one block of addresses.</param>
/// <param name="maxUnauthenticatedPerAddress">How many of those that have not logged in.</param>
/// <param name="unauthenticated">How many that have not logged in, of all strangers, and of all others.</param>
/// <param name="random">Says who is dropped early: a number from 0 up to, but not including, 1.</param>
internal sealed class AdmissionGate(
    int maxConnections, int maxPerAddress, int maxUnauthenticatedPerAddress, EarlyDrop unauthenticated, Func<double> random)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AddressBlock, Counts> _byAddress = [];
    private int _inside;
    private int _strangers;
    private int _familiar;

    /// <summary>How many are in.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>How many of them have not logged in, this machine's own aside.</summary>
    public int Unauthenticated
    {
        get
        {
            lock (_gate)
                return _strangers + _familiar;
        }
    }

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
    /// <param name="isFamiliar">Whether somebody has logged in from there before.</param>
    /// <returns><see cref="DisconnectReason.None"/> when it is in.</returns>
    public DisconnectReason TryEnter(AddressBlock address, bool isFamiliar)
    {
        lock (_gate)
        {
            if (_inside >= maxConnections)
                return DisconnectReason.ServerFull;
            if (!address.IsLoopback)
            {
                // As long as one of an address is in, the others are counted with it.
                if (!_byAddress.TryGetValue(address, out Counts counts))
                    counts = new Counts(0, 0, isFamiliar);
                if (counts.Inside >= maxPerAddress)
                    return DisconnectReason.TooManyFromAddress;
                if (counts.Unauthenticated >= maxUnauthenticatedPerAddress)
                    return DisconnectReason.TooManyUnauthenticatedFromAddress;
                ref int all = ref UnauthenticatedLike(counts);
                if (unauthenticated.Drops(all, random))
                    return DisconnectReason.TooManyUnauthenticated;
                all++;
                _byAddress[address] = counts with { Inside = counts.Inside + 1, Unauthenticated = counts.Unauthenticated + 1 };
            }

            _inside++;
            return DisconnectReason.None;
        }
    }

    /// <summary>One of those inside has logged in, and is no stranger any more; nor are the others of its address.</summary>
    /// <param name="address">Where it came from.</param>
    public void LoggedIn(AddressBlock address)
    {
        if (address.IsLoopback)
            return;
        lock (_gate)
        {
            ref Counts counts = ref CollectionsMarshal.GetValueRefOrNullRef(_byAddress, address);
            UnauthenticatedLike(counts) -= counts.Unauthenticated--;
            counts.IsFamiliar = true;
            _familiar += counts.Unauthenticated;
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
                UnauthenticatedLike(counts)--;
                counts.Unauthenticated--;
            }

            if (--counts.Inside == 0)
                _byAddress.Remove(address);
        }
    }

    private ref int UnauthenticatedLike(Counts counts) => ref counts.IsFamiliar ? ref _familiar : ref _strangers;

    private record struct Counts(int Inside, int Unauthenticated, bool IsFamiliar);
}
