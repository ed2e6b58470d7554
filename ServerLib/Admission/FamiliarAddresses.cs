namespace ServerLib.Admission;

/// <summary>The addresses from which accounts have logged in, some of the last ones for each. Not for several threads at once.</summary>
internal sealed class FamiliarAddresses(int capacity)
{
    /// <summary>How many are kept of an account's.</summary>
    public const int MaxPerAccount = 8;

    // A stranger's guesses don't get in here, so they can't drive anybody out either.
    private readonly BoundedTable<string, AddressBlock[], TimeSpan> _table = new(capacity);

    /// <summary>Who has logged in last comes first; each account's addresses likewise.</summary>
    public IEnumerable<(string Account, AddressBlock[] Addresses)> Ranked => _table.Ranked;

    public bool Has(string account, AddressBlock address) =>
        _table.TryGet(account, out AddressBlock[]? known) && known.AsSpan().Contains(address);

    /// <returns>Whether it is news.</returns>
    public bool Add(string account, AddressBlock address, TimeSpan now)
    {
        _table.TryGet(account, out AddressBlock[]? known);
        bool isLast = known is [var last, ..] && last.Equals(address);
        Set(account, isLast ? known! : [address, .. known?.Where(other => !other.Equals(address)).Take(MaxPerAccount - 1) ?? []], now);
        return !isLast;
    }

    public void Set(string account, AddressBlock[] addresses, TimeSpan now) => _table.Set(account, addresses, now);
}
