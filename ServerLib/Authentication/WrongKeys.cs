using ServerLib.Diagnostics;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// The wrong keys of the last day, each with the address that it came from. A key cannot be guessed, so a wrong one that comes again is a device with an
/// outdated key, and it does not count against the account. Thread-safe.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="tags">Recognizes keys.</param>
/// <param name="capacity">The maximum number of keys. The oldest leave first.</param>
internal sealed class WrongKeys(MonotonicClock clock, PasswordTags tags, int capacity = WrongKeys.Capacity)
{
    /// <summary>The default of <c>capacity</c>.</summary>
    public const int Capacity = 65_536;

    private readonly Lock _lock = new();
    private readonly BoundedTable<(AddressBlock From, ulong Tag), bool, TimeSpan> _table = new(capacity);

    /// <summary>Adds a wrong key.</summary>
    /// <param name="username">The name that the client gave.</param>
    /// <param name="from">Where the client connects from.</param>
    /// <param name="key">The key that the client has proved to hold. If it is empty, the client has proved nothing, which is always new.</param>
    /// <returns>Whether this key has not come from there within a day.</returns>
    public bool Add(string username, AddressBlock from, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
            return true;
        ulong tag = tags.Of(AccountBackoff.KeyOf(username), UserKey.FingerprintOf(key));
        lock (_lock)
        {
            TimeSpan now = clock.Now;
            _table.RemoveUpTo(now - WrongPasswords.Retention);
            bool isNew = !_table.TryGet((from, tag), out _);
            _table.Set((from, tag), true, now);
            return isNew;
        }
    }
}
