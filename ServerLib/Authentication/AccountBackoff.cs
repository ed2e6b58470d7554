using System.Security.Cryptography;
using System.Text;
using ServerLib.Diagnostics;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// Makes those wait who have tried several different passwords for an account, whether it exists or not. Who comes from where the account
/// has logged in before is counted apart from all others, so these never hold him up.
/// </summary>
internal sealed partial class AccountBackoff(MonotonicClock clock, PasswordTags tags, int capacity = AccountBackoff.Capacity)
{
    public const int Capacity = 65_536;

    /// <summary>How many attempts of one account are preferred at once: whoever tries more of his own is not to hold up other accounts'.</summary>
    public const int PriorityAtOnce = 3;

    private const int LongestKey = 64;

    private readonly Lock _gate = new();
    private readonly BoundedTable<AttemptSource, WrongPasswords, (int Count, TimeSpan Last)> _table = new(capacity);
    private readonly KnownAddresses _familiar = new(capacity);

    // The different passwords that are being compared: those that may yet turn out to be wrong. As many as connections at most.
    private readonly Dictionary<AttemptSource, List<ulong>> _underWay = [];
    private long _changes;

    /// <summary>Goes up with each change that is worth keeping.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>All who have tried a wrong password, those who have tried most first.</summary>
    public List<AccountDelay> List()
    {
        lock (_gate)
        {
            TimeSpan now = clock.Now;
            return
            [
                .. from entry in _table.Ranked
                   where !entry.Value.IsForgotten(now)
                   let left = entry.Value.LockedUntil - now
                   select new AccountDelay(
                       entry.Key.Account, entry.Key.From?.ToString(), entry.Value.Count, left > TimeSpan.Zero ? left : TimeSpan.Zero),
            ];
        }
    }

    /// <summary>Whether any account has logged in from there before.</summary>
    public bool IsKnownAddress(AddressBlock address)
    {
        lock (_gate)
            return _familiar.Has(address);
    }

    /// <summary>Begins an attempt, which has to be ended, unless it has to wait.</summary>
    /// <param name="username">The name as given.</param>
    /// <param name="address">From where.</param>
    /// <param name="password">The password as given.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="retryAfter">How long it has to wait.</param>
    public bool TryBegin(string username, AddressBlock address, string password, out LoginAttempt attempt, out TimeSpan retryAfter)
    {
        string account = KeyOf(username);
        ulong tag = tags.Of(account, password);
        lock (_gate)
        {
            var source = new AttemptSource(account, _familiar.Has(account, address) ? address : null);
            attempt = new LoginAttempt(source, address, tag);
            TimeSpan now = clock.Now;
            WrongPasswords? wrong = Find(source, now);
            retryAfter = (wrong?.LockedUntil ?? now) - now;
            if (retryAfter > TimeSpan.Zero)
                return false;
            if (!_underWay.TryGetValue(source, out List<ulong>? others))
                _underWay.Add(source, others = []);
            int count = wrong?.Count ?? 0;
            if (wrong is null || !wrong.Remembers(tag))
            {
                // As if all that are being compared had been found wrong: else any number could be tried at once.
                int different = others.Contains(tag) ? 0 : others.Distinct().Count(other => wrong?.Remembers(other) != true);
                if (different > 0 && count + different >= WrongPasswords.Free)
                {
                    retryAfter = WrongPasswords.DelayAfter(count + different);
                    return false;
                }
            }

            others.Add(tag);
            attempt = attempt with { HasPriority = source.From is not null && FamiliarUnderWay(account) <= PriorityAtOnce };
            return true;
        }
    }

    /// <summary>Ends an attempt.</summary>
    /// <param name="attempt">What began it.</param>
    /// <param name="code">What it came to; only right and wrong passwords count.</param>
    /// <param name="isNews">Whether it was wrong, and not one of the wrong passwords that had been tried before.</param>
    /// <returns>What the account has coming, where a delay begins.</returns>
    public AccountDelay? End(LoginAttempt attempt, LoginCode code, out bool isNews)
    {
        isNews = false;
        AttemptSource source = attempt.Source;
        lock (_gate)
        {
            List<ulong> others = _underWay[source];
            others.Remove(attempt.Tag);
            if (others.Count == 0)
                _underWay.Remove(source);
            TimeSpan now = clock.Now;
            if (code == LoginCode.Ok)
            {
                if (_table.Remove(source) | _familiar.Add(source.Account, attempt.Address, now))
                    _changes++;
                return null;
            }

            WrongPasswords wrong = Find(source, now) ?? new WrongPasswords();
            if (code != LoginCode.Failure || wrong.Remembers(attempt.Tag))
                return null;
            isNews = true;
            _changes++;
            wrong.Add(attempt.Tag, now);
            _table.Set(source, wrong, (wrong.Count, now));
            return wrong.LockedUntil > now
                ? new AccountDelay(source.Account, source.From?.ToString(), wrong.Count, wrong.LockedUntil - now)
                : null;
        }
    }

    /// <summary>
    /// A key has logged in. That is no guess and waits for nobody's; of the passwords that were tried it says nothing.
    /// </summary>
    /// <param name="username">The name as given.</param>
    /// <param name="address">From where.</param>
    public void LoggedInByKey(string username, AddressBlock address)
    {
        lock (_gate)
        {
            if (_familiar.Add(KeyOf(username), address, clock.Now))
                _changes++;
        }
    }

    /// <summary>The name in the form in which names are compared; a long one's hash in its place, so that no entry is large.</summary>
    public static string KeyOf(string username)
    {
        string key = UserName.Key(username) ?? username;
        return key.Length <= LongestKey ? key : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }

    /// <summary>Lets an account off, whoever tried.</summary>
    /// <returns>How many had.</returns>
    public int Forgive(string username)
    {
        string account = KeyOf(username);
        return Forgive(source => source.Account == account);
    }

    /// <summary>Lets all accounts off.</summary>
    /// <returns>How many there were.</returns>
    public int ForgiveAll() => Forgive(_ => true);

    private int FamiliarUnderWay(string account)
    {
        int count = 0;
        foreach (AddressBlock known in _familiar.Of(account))
            count += _underWay.GetValueOrDefault(new AttemptSource(account, known))?.Count ?? 0;
        return count;
    }

    private int Forgive(Func<AttemptSource, bool> match)
    {
        lock (_gate)
        {
            _changes++;
            return _table.RemoveWhere(match);
        }
    }

    private WrongPasswords? Find(AttemptSource source, TimeSpan now)
    {
        if (!_table.TryGet(source, out WrongPasswords? wrong))
            return null;
        if (!wrong.IsForgotten(now))
            return wrong;
        _table.Remove(source);
        return null;
    }
}
