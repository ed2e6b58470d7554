namespace ServerLib;

/// <summary>
/// Reads and verifies an audit trail: that of the running server (<see cref="AuditTrail"/>) or a snapshot (<see cref="AuditTrailCopy"/>).
/// </summary>
public interface IAuditReader
{
    /// <summary>Reads the newest entries that match a filter, including all that were written before this call.</summary>
    /// <param name="filter">Which entries. Default all.</param>
    /// <param name="limit">The maximum number of entries, 1 or more. Default 50.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The entries, the newest last.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is less than 1.</exception>
    /// <exception cref="ServerLibException">The trail cannot be read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    Task<IReadOnlyList<AuditEntry>> ReadAsync(AuditFilter? filter = null, int limit = 50, CancellationToken cancellationToken = default);

    /// <summary>Verifies the whole trail. This takes a while; entries can be written at the same time.</summary>
    /// <param name="heads">Earlier heads, such as <c>1234:9f86…</c> from a copy of the activity log. Default none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException"><paramref name="heads"/> contains an invalid head.</exception>
    /// <exception cref="ServerLibException">The trail cannot be read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    Task<AuditCheck> VerifyAsync(IEnumerable<string>? heads = null, CancellationToken cancellationToken = default);
}
