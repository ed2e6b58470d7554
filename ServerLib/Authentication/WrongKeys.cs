using ServerLib.Diagnostics;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// The keys that were not those of the account that they came for, with their addresses. Nobody guesses a key: one that comes again is a
/// device that nobody has told. They say nothing against the account.
/// </summary>
internal sealed class WrongKeys(MonotonicClock clock, PasswordTags tags, int capacity = WrongKeys.Capacity)
{
    public const int Capacity = 65_536;

    private readonly Lock _gate = new();
    private readonly BoundedTable<(AddressBlock From, ulong Tag), bool, TimeSpan> _table = new(capacity);

    /// <summary>Notes a key.</summary>
    /// <param name="username">The name as given.</param>
    /// <param name="from">From where.</param>
    /// <param name="key">The key that the client has proved to hold; empty when it has proved nothing, which is never the same again.</param>
    /// <returns>Whether it had not come from there before, within a day.</returns>
    public bool Add(string username, AddressBlock from, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
            return true;
        ulong tag = tags.Of(AccountBackoff.KeyOf(username), UserKey.FingerprintOf(key));
        lock (_gate)
        {
            TimeSpan now = clock.Now;
            _table.RemoveUpTo(now - WrongPasswords.Memory);
            bool isNews = !_table.TryGet((from, tag), out _);
            _table.Set((from, tag), true, now);
            return isNews;
        }
    }
}
