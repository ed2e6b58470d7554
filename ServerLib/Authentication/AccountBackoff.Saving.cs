using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <content>What outlives a restart.</content>
internal sealed partial class AccountBackoff
{
    /// <summary>All that is to be kept.</summary>
    public (List<SavedGuesses> Guesses, List<SavedFamiliar> Familiar) Save()
    {
        lock (_gate)
        {
            TimeSpan now = clock.Now;
            return (
                [
                    .. from entry in _table.Ranked
                       let wrong = entry.Value
                       where !wrong.IsForgotten(now)
                       select new SavedGuesses(
                           entry.Key.Account, entry.Key.From?.ToString(), wrong.Count, clock.ToUtc(wrong.Last), clock.ToUtc(wrong.LockedUntil), wrong.SaveTags()),
                ],
                [.. _familiar.Ranked.Select(e => new SavedFamiliar(e.Account, [.. e.Addresses.Select(address => address.ToString())]))]);
        }
    }

    /// <summary>Takes up what was saved.</summary>
    public void Restore(IEnumerable<SavedGuesses> guesses, IEnumerable<SavedFamiliar> familiar)
    {
        lock (_gate)
        {
            TimeSpan now = clock.Now;
            foreach (SavedGuesses saved in guesses)
            {
                AddressBlock from = default;
                if (saved.Count < 1 || (saved.From is not null && !AddressBlock.TryParse(saved.From, out from)))
                    continue;
                TimeSpan last = clock.FromUtc(saved.Last, TimeSpan.Zero);
                var wrong = new WrongPasswords(saved.Count, last, clock.FromUtc(saved.LockedUntil, WrongPasswords.MaxDelay), saved.Tags);
                if (!wrong.IsForgotten(now))
                    _table.Set(new AttemptSource(KeyOf(saved.Account), saved.From is null ? null : from), wrong, (wrong.Count, last));
            }

            // The last one is the newest, as it was.
            foreach (SavedFamiliar saved in familiar.Reverse())
            {
                List<AddressBlock> addresses = [];
                foreach (string text in saved.Addresses.Take(KnownAddresses.MaxPerAccount))
                {
                    if (AddressBlock.TryParse(text, out AddressBlock address))
                        addresses.Add(address);
                }

                _familiar.Set(KeyOf(saved.Account), [.. addresses], now);
            }
        }
    }
}
