namespace ServerLib;

/// <summary>
/// Keeps bans, for an <see cref="IUserDatabase"/> that can; with one that doesn't implement this, bans last until the server stops.
/// </summary>
public interface IBanDatabase
{
    /// <summary>All bans that are kept, those that are over included.</summary>
    /// <exception cref="ServerLibException">The database is out of order.</exception>
    ValueTask<IReadOnlyList<Ban>> GetBansAsync(CancellationToken cancellationToken = default);

    /// <summary>Keeps a ban, in the place of one with the same <see cref="Ban.What"/>. When this completes, it is on disk.</summary>
    /// <exception cref="ServerLibException">
    /// <see cref="Ban.What"/> is nothing that can be banned, or the database is out of order.
    /// </exception>
    ValueTask AddBanAsync(Ban ban, CancellationToken cancellationToken = default);

    /// <summary>Keeps a ban no longer.</summary>
    /// <param name="what">As in <see cref="Ban.What"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ServerLibException">The database is out of order.</exception>
    ValueTask<bool> RemoveBanAsync(string what, CancellationToken cancellationToken = default);
}
