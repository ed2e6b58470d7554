namespace ServerLib;

/// <summary>
/// Stores bans. If the <see cref="IUserDatabase"/> does not implement it, bans last until the server stops.
/// </summary>
/// <remarks>
/// All methods must be thread-safe, and throw <see cref="OperationCanceledException"/> when they are canceled. If the token is canceled
/// already, they throw at once and change nothing. The server reads the bans once, when it starts, and then keeps its own list.
/// </remarks>
public interface IBanDatabase
{
    /// <summary>Reads all stored bans, including expired ones.</summary>
    /// <param name="cancellationToken">Stops waiting. An operation that has started may still complete.</param>
    /// <returns>The bans, in any order; never <see langword="null"/>.</returns>
    /// <exception cref="ServerLibException">The database has failed.</exception>
    ValueTask<IReadOnlyList<Ban>> GetBansAsync(CancellationToken cancellationToken = default);

    /// <summary>Stores a ban, or replaces the one with the same <see cref="Ban.Target"/>. When the task completes, it is on disk.</summary>
    /// <param name="ban">The ban, with <see cref="Ban.CreatedBy"/> and <see cref="Ban.Since"/>.</param>
    /// <param name="cancellationToken">Stops waiting. An operation that has started may still complete.</param>
    /// <exception cref="ServerLibException">
    /// <see cref="Ban.Target"/> is invalid, or the database has failed.
    /// </exception>
    ValueTask AddBanAsync(Ban ban, CancellationToken cancellationToken = default);

    /// <summary>Removes a ban. When the task completes, it is no longer on disk.</summary>
    /// <param name="target">The target, in any spelling of <see cref="Ban.Target"/>.</param>
    /// <param name="cancellationToken">Stops waiting. An operation that has started may still complete.</param>
    /// <returns>Whether there was a ban. <see langword="false"/> for an invalid target.</returns>
    /// <exception cref="ServerLibException">The database has failed.</exception>
    ValueTask<bool> RemoveBanAsync(string target, CancellationToken cancellationToken = default);
}
