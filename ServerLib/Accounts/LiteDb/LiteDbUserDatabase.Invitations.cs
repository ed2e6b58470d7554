using ServerLib.Accounts;
using ServerLib.Files;

namespace ServerLib;

/// <content>Invitations to register.</content>
public sealed partial class LiteDbUserDatabase
{
    /// <inheritdoc/>
    /// <exception cref="ServerLibException">The database is out of order, or there are 10,000 already that nobody has taken.</exception>
    public async ValueTask<(UserInvitation Invitation, string Code)> InviteAsync(
        TimeSpan? lifetime = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(lifetime));
        long now = Now;
        long expiresAt = lifetime is { } time ? now + Math.Min(time.Ticks, DateTimeOffset.MaxValue.Ticks - now) : 0;
        (InvitationRecord made, string code) =
            await RunAsync(store => store.Invitations.Add(now, expiresAt), cancellationToken).ConfigureAwait(false);
        return (made.ToInvitation(), code);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> WithdrawInvitationAsync(long number, CancellationToken cancellationToken = default) =>
        await RunAsync(
            store =>
            {
                if (store.Invitations.Find(number) is not { TakenAt: 0 } found)
                    return false;
                store.Invitations.Remove(found);
                return true;
            },
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UserInvitation>> ListInvitationsAsync(CancellationToken cancellationToken = default) =>
        await RunAsync<List<UserInvitation>>(
            store => [.. store.Invitations.ReadAll().Select(invitation => invitation.ToInvitation())], cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<bool> IsInvitedAsync(string code, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        return await RunAsync(store => store.Invitations.FindOpen(code, Now) is not null, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<LoginResult> CreateInvitedUserAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        try
        {
            if (Key(credentials.Username) is not { } key)
                return new LoginResult(LoginCode.Failure);
            if (await _hasher.HashAsync(credentials.Password, cancellationToken: cancellationToken).ConfigureAwait(false) is not { } hash)
                return new LoginResult(LoginCode.Busy);
            string address = AddressText.From(credentials.Address);
            InvitationRecord? taken = await RunAsync(
                store =>
                {
                    long now = Now;
                    if (store.Invitations.FindOpen(credentials.Invitation ?? "", now) is not { } invitation
                        || !store.TryAdd(key, credentials.Username, hash, address, now))
                    {
                        return null;
                    }

                    store.Invitations.Take(invitation, credentials.Username, now);
                    return invitation;
                },
                cancellationToken).ConfigureAwait(false);
            if (taken is null)
                return new LoginResult(LoginCode.Failure);
            _audit?.Write(AuditEvent.Registered, credentials.Username, address, detail: $"invitation {taken.Id}");
            return LoginResult.Ok(credentials.Username);
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }
    }
}
