using System.Security.Cryptography;
using System.Text;
using ServerLib.Diagnostics;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// Delays logins to an account after several different wrong passwords, whether the account exists or not. Known addresses are counted
/// apart from all others, so that unknown clients cannot delay the account's owner. Thread-safe.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="tags">Recognizes passwords without keeping them.</param>
/// <param name="capacity">The maximum number of sources with wrong passwords, and of accounts with known addresses.</param>
internal sealed class AccountBackoff(MonotonicClock clock, PasswordTags tags, int capacity = AccountBackoff.Capacity)
{
    /// <summary>The default of <c>capacity</c>.</summary>
    public const int Capacity = 65_536;

    /// <summary>How many attempts of one account have priority at a time, so that an account cannot delay others by more attempts.</summary>
    public const int PriorityPerAccount = 3;

    private const int LongestKey = 64;

    private readonly Lock _lock = new();
    private readonly WrongPasswordTable _wrongPasswords = new(clock, capacity);
    private readonly KnownAddresses _knownAddresses = new(capacity);
    private readonly PendingPasswords _pending = new();
    private long _changes;

    /// <summary>Increases with each change that has to be saved.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>The key of an account: the name in the form in which names are compared, or its hash if it is long.</summary>
    public static string KeyOf(string username)
    {
        string key = UserName.Key(username) ?? username;
        return key.Length <= LongestKey ? key : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }

    /// <summary>All sources of wrong passwords, those with the most first.</summary>
    public List<AccountDelay> List()
    {
        lock (_lock)
        {
            TimeSpan now = clock.Now;
            return [.. _wrongPasswords.Ranked.Select(entry => DelayOf(entry.Source, entry.Wrong, now))];
        }
    }

    /// <summary>Whether any account has logged in from an address before.</summary>
    public bool IsKnownAddress(AddressBlock address)
    {
        lock (_lock)
            return _knownAddresses.Has(address);
    }

    /// <summary>Begins an attempt, which has to be ended by <see cref="End"/>, unless the client has to wait.</summary>
    /// <param name="username">The name that the client gave.</param>
    /// <param name="address">Where the client connects from.</param>
    /// <param name="password">The password that the client gave.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="retryAfter">How long the client has to wait; zero on success.</param>
    public bool TryBegin(string username, AddressBlock address, string password, out LoginAttempt attempt, out TimeSpan retryAfter)
    {
        string account = KeyOf(username);
        ulong tag = tags.Of(account, password);
        lock (_lock)
        {
            var source = new AttemptSource(account, _knownAddresses.Has(account, address) ? address : null);
            attempt = new LoginAttempt(source, address, tag);
            retryAfter = WaitFor(source, tag);
            if (retryAfter > TimeSpan.Zero)
                return false;
            _pending.Add(source, tag);
            attempt = attempt with { HasPriority = source.From is not null && CountPendingFromKnownAddresses(account) <= PriorityPerAccount };
            return true;
        }
    }

    /// <summary>Ends an attempt.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="code">The result. Only right and wrong passwords count.</param>
    /// <param name="isNewWrongPassword">Whether the password was wrong, and not remembered as wrong.</param>
    /// <returns>The delay that begins, if one does.</returns>
    public AccountDelay? End(LoginAttempt attempt, LoginCode code, out bool isNewWrongPassword)
    {
        isNewWrongPassword = false;
        AttemptSource source = attempt.Source;
        lock (_lock)
        {
            _pending.Remove(source, attempt.Tag);
            TimeSpan now = clock.Now;
            if (code == LoginCode.Ok)
            {
                if (_wrongPasswords.Remove(source) | _knownAddresses.Add(source.Account, attempt.Address, now))
                    _changes++;
                return null;
            }

            WrongPasswords wrong = _wrongPasswords.Find(source) ?? new WrongPasswords();
            if (code != LoginCode.Failure || wrong.Contains(attempt.Tag))
                return null;
            isNewWrongPassword = true;
            _changes++;
            wrong.Add(attempt.Tag, now);
            _wrongPasswords.Set(source, wrong);
            return wrong.DelayedUntil > now ? DelayOf(source, wrong, now) : null;
        }
    }

    /// <summary>
    /// Notes a login by key or ticket. It makes the address known. It does not clear wrong passwords, because it says nothing about who sent them.
    /// </summary>
    /// <param name="username">The name that the client gave.</param>
    /// <param name="address">Where the client connects from.</param>
    public void LoggedInWithoutPassword(string username, AddressBlock address)
    {
        lock (_lock)
        {
            if (_knownAddresses.Add(KeyOf(username), address, clock.Now))
                _changes++;
        }
    }

    /// <summary>Clears the wrong passwords for an account, whatever their source.</summary>
    /// <returns>The number of entries.</returns>
    public int Clear(string username)
    {
        string account = KeyOf(username);
        return Clear(source => source.Account == account);
    }

    /// <summary>Clears the wrong passwords for all accounts.</summary>
    /// <returns>The number of entries.</returns>
    public int ClearAll() => Clear(_ => true);

    /// <summary>Everything that outlives a restart.</summary>
    public (List<SavedWrongPasswords> WrongPasswords, List<SavedKnownAddresses> KnownAddresses) Save()
    {
        lock (_lock)
            return (_wrongPasswords.Save(), _knownAddresses.Save());
    }

    /// <summary>Adds what <see cref="Save"/> returned.</summary>
    public void Restore(IEnumerable<SavedWrongPasswords> wrongPasswords, IEnumerable<SavedKnownAddresses> knownAddresses)
    {
        lock (_lock)
        {
            _wrongPasswords.Restore(wrongPasswords);
            _knownAddresses.Restore(knownAddresses, clock.Now);
        }
    }

    private static AccountDelay DelayOf(AttemptSource source, WrongPasswords wrong, TimeSpan now)
    {
        TimeSpan remaining = wrong.DelayedUntil - now;
        return new AccountDelay(
            source.Account, source.From?.ToString(), wrong.Count, remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero);
    }

    private TimeSpan WaitFor(AttemptSource source, ulong tag)
    {
        WrongPasswords? wrong = _wrongPasswords.Find(source);
        TimeSpan now = clock.Now;
        if (wrong?.DelayedUntil > now)
            return wrong.DelayedUntil - now;
        if (wrong?.Contains(tag) == true || _pending.Contains(source, tag))
            return TimeSpan.Zero;

        // Assumes that all pending passwords are wrong. Otherwise a client could try any number of them at once.
        int count = wrong?.Count ?? 0, different = _pending.CountDifferent(source, wrong);
        return different > 0 && count + different >= WrongPasswords.FreeAttempts
            ? WrongPasswords.DelayAfter(count + different)
            : TimeSpan.Zero;
    }

    private int CountPendingFromKnownAddresses(string account)
    {
        int count = 0;
        foreach (AddressBlock address in _knownAddresses.Of(account))
            count += _pending.Count(new AttemptSource(account, address));
        return count;
    }

    private int Clear(Func<AttemptSource, bool> match)
    {
        lock (_lock)
        {
            _changes++;
            return _wrongPasswords.RemoveWhere(match);
        }
    }
}
