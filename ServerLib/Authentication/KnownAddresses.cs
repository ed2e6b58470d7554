using System.Runtime.InteropServices;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>The addresses from which accounts have logged in, some of the last ones for each. Not for several threads at once.</summary>
internal sealed class KnownAddresses
{
    /// <summary>How many are kept of an account's.</summary>
    public const int MaxPerAccount = 8;

    // A stranger's guesses don't get in here, so they can't drive anybody out either.
    private readonly BoundedTable<string, AddressBlock[], TimeSpan> _table;
    private readonly Dictionary<AddressBlock, int> _accountsOf = [];

    /// <param name="capacity">How many accounts' are kept; who has not logged in for longest leaves first.</param>
    public KnownAddresses(int capacity) => _table = new(capacity, left: Forget);

    /// <summary>Who has logged in last comes first; each account's addresses likewise.</summary>
    public IEnumerable<(string Account, AddressBlock[] Addresses)> Ranked => _table.Ranked;

    /// <summary>An account's, the one that it used last first.</summary>
    public ReadOnlySpan<AddressBlock> Of(string account) => _table.TryGet(account, out AddressBlock[]? known) ? known : [];

    /// <summary>Whether an account has logged in from there.</summary>
    public bool Has(string account, AddressBlock address) => Of(account).Contains(address);

    /// <summary>Whether any account has.</summary>
    public bool Has(AddressBlock address) => _accountsOf.ContainsKey(address);

    /// <returns>Whether it is news.</returns>
    public bool Add(string account, AddressBlock address, TimeSpan now)
    {
        _table.TryGet(account, out AddressBlock[]? known);
        bool isLast = known is [var last, ..] && last.Equals(address);
        Set(account, isLast ? known! : [address, .. known?.Where(other => !other.Equals(address)).Take(MaxPerAccount - 1) ?? []], now);
        return !isLast;
    }

    public void Set(string account, AddressBlock[] addresses, TimeSpan now)
    {
        if (_table.TryGet(account, out AddressBlock[]? known))
            Forget(known);
        foreach (AddressBlock address in addresses)
            CollectionsMarshal.GetValueRefOrAddDefault(_accountsOf, address, out _)++;
        _table.Set(account, addresses, now);
    }

    private void Forget(AddressBlock[] addresses)
    {
        foreach (AddressBlock address in addresses)
        {
            if (--CollectionsMarshal.GetValueRefOrNullRef(_accountsOf, address) == 0)
                _accountsOf.Remove(address);
        }
    }
}
