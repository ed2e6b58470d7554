namespace ServerLib.Testing.Accounts;

/// <summary>The invitations of an <see cref="InMemoryUserDatabase"/>. Thread-safe.</summary>
/// <param name="time">The clock.</param>
internal sealed class InMemoryInvitations(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, (UserInvitation Invitation, string Code)> _invitations = [];
    private long _last;

    public IReadOnlyList<UserInvitation> All
    {
        get
        {
            lock (_lock)
                return [.. _invitations.Values.Select(each => each.Invitation)];
        }
    }

    public (UserInvitation Invitation, string Code) Add(TimeSpan? lifetime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(lifetime));
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset? end = lifetime is not { } span ? null : span < DateTimeOffset.MaxValue - now ? now + span : DateTimeOffset.MaxValue;
        lock (_lock)
        {
            _last++;
            return _invitations[_last] = (new UserInvitation(_last, now, end, null), Guid.NewGuid().ToString("N"));
        }
    }

    public bool Withdraw(long number)
    {
        lock (_lock)
            return _invitations.TryGetValue(number, out var found) && found.Invitation.TakenBy is null && _invitations.Remove(number);
    }

    public bool IsOpen(string code)
    {
        lock (_lock)
            return Find(code) is not null;
    }

    /// <summary>Uses an invitation.</summary>
    /// <param name="code">The code; any text.</param>
    /// <param name="name">The name that is registered with it.</param>
    /// <returns>Whether the invitation could be used.</returns>
    public bool TryUse(string? code, string name)
    {
        lock (_lock)
        {
            if (code is null || Find(code) is not { } found)
                return false;
            _invitations[found.Number] = (found with { TakenBy = name }, code);
            return true;
        }
    }

    private UserInvitation? Find(string code) =>
        _invitations.Values.FirstOrDefault(each => each.Code == code).Invitation is { TakenBy: null } found
        && (found.ExpiresAt is not { } end || time.GetUtcNow() < end) ? found : null;
}
