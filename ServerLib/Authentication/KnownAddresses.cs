using System.Runtime.InteropServices;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>The addresses that accounts have logged in from, the last few of each account. Not thread-safe.</summary>
internal sealed class KnownAddresses
{
    /// <summary>The number of addresses that are kept of an account.</summary>
    public const int MaxPerAccount = 8;

    // Only successful logins add entries, so a client that guesses passwords cannot displace any.
    private readonly BoundedTable<string, AddressBlock[], TimeSpan> _table;
    private readonly Dictionary<AddressBlock, int> _accountsOf = [];

    /// <param name="capacity">The maximum number of accounts. The one that has not logged in for longest leaves first.</param>
    public KnownAddresses(int capacity) => _table = new(capacity, evicted: Release);

    /// <summary>The addresses of an account, the last one first.</summary>
    public ReadOnlySpan<AddressBlock> Of(string account) => _table.TryGet(account, out AddressBlock[]? known) ? known : [];

    /// <summary>Whether an account has logged in from an address.</summary>
    public bool Has(string account, AddressBlock address) => Of(account).Contains(address);

    /// <summary>Whether any account has logged in from an address.</summary>
    public bool Has(AddressBlock address) => _accountsOf.ContainsKey(address);

    /// <summary>Adds a login.</summary>
    /// <returns>Whether the account's last login was from another address.</returns>
    public bool Add(string account, AddressBlock address, TimeSpan now)
    {
        _table.TryGet(account, out AddressBlock[]? known);
        bool isLast = known is [var last, ..] && last.Equals(address);
        Set(account, isLast ? known! : [address, .. known?.Where(other => !other.Equals(address)).Take(MaxPerAccount - 1) ?? []], now);
        return !isLast;
    }

    /// <summary>The entries as they are saved, the last login first.</summary>
    public List<SavedKnownAddresses> Save() =>
        [.. _table.Ranked.Select(entry => new SavedKnownAddresses(entry.Key, [.. entry.Value.Select(address => address.ToString())]))];

    /// <summary>Adds the entries of <see cref="Save"/>. Ignores invalid addresses.</summary>
    public void Restore(IEnumerable<SavedKnownAddresses> entries, TimeSpan now)
    {
        // The last one that is set is the newest.
        foreach (SavedKnownAddresses saved in entries.Reverse())
        {
            List<AddressBlock> addresses = [];
            foreach (string text in saved.Addresses.Take(MaxPerAccount))
            {
                if (AddressBlock.TryParse(text, out AddressBlock address))
                    addresses.Add(address);
            }

            Set(AccountBackoff.KeyOf(saved.Account), [.. addresses], now);
        }
    }

    private void Set(string account, AddressBlock[] addresses, TimeSpan now)
    {
        if (_table.TryGet(account, out AddressBlock[]? known))
            Release(known);
        foreach (AddressBlock address in addresses)
            CollectionsMarshal.GetValueRefOrAddDefault(_accountsOf, address, out _)++;
        _table.Set(account, addresses, now);
    }

    private void Release(AddressBlock[] addresses)
    {
        foreach (AddressBlock address in addresses)
        {
            if (--CollectionsMarshal.GetValueRefOrNullRef(_accountsOf, address) == 0)
                _accountsOf.Remove(address);
        }
    }
}
