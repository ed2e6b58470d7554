using System.Runtime.InteropServices;

namespace ServerLib.Admission;

/// <summary>
/// Lets connections in, up to a number of all, of those from one address, and of those that have not logged in yet. What it remembers is
/// bounded by the connections there are.
/// </summary>
/// <param name="maxConnections">How many may be in.</param>
/// <param name="maxPerAddress">How many of them from one block of addresses; this machine's own are exempt.</param>
/// <param name="unauthenticated">How many of them that have not logged in.</param>
/// <param name="random">Says who is dropped early: a number from 0 up to, but not including, 1.</param>
internal sealed class AdmissionGate(int maxConnections, int maxPerAddress, EarlyDrop unauthenticated, Func<double> random)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AddressBlock, int> _byAddress = [];
    private int _inside;
    private int _unauthenticated;

    /// <summary>How many are in.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>How many of them have not logged in.</summary>
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
    /// <returns><see cref="DisconnectReason.None"/> when it is in.</returns>
    public DisconnectReason TryEnter(AddressBlock address)
    {
        lock (_gate)
        {
            if (_inside >= maxConnections)
                return DisconnectReason.ServerFull;
            if (!address.IsLoopback && _byAddress.GetValueOrDefault(address) >= maxPerAddress)
                return DisconnectReason.TooManyFromAddress;
            if (unauthenticated.Drops(_unauthenticated, random))
                return DisconnectReason.TooManyUnauthenticated;
            _inside++;
            _unauthenticated++;
            if (!address.IsLoopback)
                CollectionsMarshal.GetValueRefOrAddDefault(_byAddress, address, out _)++;
            return DisconnectReason.None;
        }
    }

    /// <summary>One of those inside has logged in.</summary>
    public void LoggedIn()
    {
        lock (_gate)
            _unauthenticated--;
    }

    /// <summary>One that was let in has gone.</summary>
    /// <param name="address">Where it came from.</param>
    /// <param name="isLoggedIn">Whether it had logged in.</param>
    public void Leave(AddressBlock address, bool isLoggedIn)
    {
        lock (_gate)
        {
            _inside--;
            if (!isLoggedIn)
                _unauthenticated--;
            if (!address.IsLoopback && --CollectionsMarshal.GetValueRefOrNullRef(_byAddress, address) == 0)
                _byAddress.Remove(address);
        }
    }
}
