namespace ServerLib.Testing;

/// <summary>
/// The accounts that a contract verifies: a user database, and what it can do besides logins. The contract disposes it, and with it the
/// services that are disposable.
/// </summary>
public sealed class AccountServices : IDisposable, IAsyncDisposable
{
    /// <summary>The user database.</summary>
    public required IUserDatabase Database { get; init; }

    /// <summary>The administration of accounts; <see langword="null"/> if there is none.</summary>
    public IUserAdministration? Administration { get; init; }

    /// <summary>The accounts' keys; <see langword="null"/> if there are none.</summary>
    public IUserKeys? Keys { get; init; }

    /// <summary>The accounts' stamps; <see langword="null"/> if there are none.</summary>
    public IAccountStamps? Stamps { get; init; }

    /// <summary>The bans; <see langword="null"/> if there are none.</summary>
    public IBanDatabase? Bans { get; init; }

    /// <summary>Carries accounts to and from other systems; <see langword="null"/> if the database cannot.</summary>
    public IAccountTransfer? Transfer { get; init; }

    /// <summary>Carries invitations to and from other databases; <see langword="null"/> if the database cannot.</summary>
    public IInvitationTransfer? InvitationTransfer { get; init; }

    /// <summary>The services of one object: each interface that the user database implements.</summary>
    /// <param name="database">The user database.</param>
    public static AccountServices Of(IUserDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return new AccountServices
        {
            Database = database,
            Administration = database as IUserAdministration,
            Keys = database as IUserKeys,
            Stamps = database as IAccountStamps,
            Bans = database as IBanDatabase,
            Transfer = database as IAccountTransfer,
            InvitationTransfer = database as IInvitationTransfer,
        };
    }

    /// <summary>Does the same as <see cref="DisposeAsync"/>, and blocks until it is done.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    /// <summary>Disposes the services.</summary>
    public async ValueTask DisposeAsync()
    {
        object?[] services = [Database, Administration, Keys, Stamps, Bans, Transfer, InvitationTransfer];
        foreach (object? service in services.Distinct(ReferenceEqualityComparer.Instance))
        {
            if (service is IAsyncDisposable disposable)
                await disposable.DisposeAsync().ConfigureAwait(false);
            else
                (service as IDisposable)?.Dispose();
        }
    }
}
