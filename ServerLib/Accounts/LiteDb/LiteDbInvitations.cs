using ServerLib.Files;

namespace ServerLib.Accounts;

/// <summary>Invitations to register.</summary>
internal sealed class LiteDbInvitations(LiteDbDataSource source, IPasswordHasher hasher, AuditTrail? audit)
{
    public async ValueTask<(UserInvitation Invitation, string Code)> InviteAsync(TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(lifetime));
        long now = source.Now;
        long expiresAt = lifetime is { } time ? now + Math.Min(time.Ticks, DateTimeOffset.MaxValue.Ticks - now) : 0;
        (StoredInvitation created, string code) = await source.RunAsync(
            store => store.Invitations.Add(now, expiresAt, source.Clock.HasRunFor(TimeSpan.FromDays(1))), cancellationToken).ConfigureAwait(false);
        return (created.ToInvitation(), code);
    }

    public async ValueTask<bool> WithdrawInvitationAsync(long number, CancellationToken cancellationToken) =>
        await source.RunAsync(
            store =>
            {
                if (store.Invitations.Find(number) is not { TakenAt: 0 } found)
                    return false;
                store.Invitations.Remove(found);
                return true;
            },
            cancellationToken).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<UserInvitation>> ListInvitationsAsync(CancellationToken cancellationToken) =>
        await source.ReadAsync<List<UserInvitation>>(
            store => [.. store.Invitations.ReadAll().Select(invitation => invitation.ToInvitation())], cancellationToken).ConfigureAwait(false);

    public async ValueTask<bool> IsInvitedAsync(string code, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(code);
        return await source.ReadAsync(store => store.Invitations.FindOpen(code, source.Now) is not null, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<LoginResult> CreateInvitedUserAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        if (UserName.FindProblem(credentials.Username) is { } rule)
            return LoginResult.Refused(rule);
        try
        {
            if (LiteDbDataSource.KeyOf(credentials.Username) is not { } key)
                return new LoginResult(LoginCode.Failure);
            if (await hasher.HashAsync(credentials.Password, cancellationToken: cancellationToken).ConfigureAwait(false) is not { } hash)
                return new LoginResult(LoginCode.Busy);
            string address = AddressText.From(credentials.Address);
            StoredInvitation? used = await source.RunAsync(
                store => UseInvitation(store, credentials, key, hash, address), cancellationToken).ConfigureAwait(false);
            if (used is null)
                return new LoginResult(LoginCode.Failure);
            audit?.Write(AuditEvent.Registered, credentials.Username, address, detail: $"invitation {used.Id}");
            return LoginResult.Ok(credentials.Username);
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }
    }

    private StoredInvitation? UseInvitation(UserStore store, Credentials credentials, string key, string hash, string address)
    {
        long now = source.Now;
        if (store.Invitations.FindOpen(credentials.Invitation ?? "", now) is not { } invitation
            || !store.TryAdd(key, credentials.Username, hash, address, now))
        {
            return null;
        }

        store.Invitations.MarkUsed(invitation, credentials.Username, now);
        return invitation;
    }
}
