namespace ServerLib;

/// <summary>
/// Keeps bans, for an <see cref="IUserDatabase"/> that can; with one that doesn't implement this, bans last until the server stops.
/// </summary>
/// <remarks>
/// All methods may be called at once from several threads, and throw <see cref="OperationCanceledException"/> when they are cancelled. The
/// server reads the bans once, when it starts, and keeps its own list from then on.
/// </remarks>
public interface IBanDatabase
{
    /// <summary>All bans that are kept, those that are over included.</summary>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>The bans, in any order; never <see langword="null"/>.</returns>
    /// <exception cref="ServerLibException">The database is out of order.</exception>
    ValueTask<IReadOnlyList<Ban>> GetBansAsync(CancellationToken cancellationToken = default);

    /// <summary>Keeps a ban, in the place of one with the same <see cref="Ban.Target"/>. When this completes, it is on disk.</summary>
    /// <param name="ban">The ban, with <see cref="Ban.CreatedBy"/> and <see cref="Ban.Since"/>, which are kept too.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <exception cref="ServerLibException">
    /// <see cref="Ban.Target"/> is nothing that can be banned, or the database is out of order.
    /// </exception>
    ValueTask AddBanAsync(Ban ban, CancellationToken cancellationToken = default);

    /// <summary>Keeps a ban no longer. When this completes, it is gone from the disk.</summary>
    /// <param name="what">As in <see cref="Ban.Target"/>; the same may be written in several ways.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ServerLibException">The database is out of order.</exception>
    ValueTask<bool> RemoveBanAsync(string what, CancellationToken cancellationToken = default);
}
