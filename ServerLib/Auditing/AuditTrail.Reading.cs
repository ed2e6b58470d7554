using ServerLib.Auditing;

namespace ServerLib;

/// <content>What others may ask of the trail.</content>
public sealed partial class AuditTrail
{
    /// <summary>Reads the newest entries that match, as <c>history</c> shows them; what was written before is among them.</summary>
    /// <param name="filter">Which. Default all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The entries, the newest last.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is less than 1.</exception>
    /// <exception cref="ServerLibException">The file can't be read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(
        AuditFilter? filter = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        (List<SealedEntry> found, _) = await Reader.SearchAsync(filter ?? new AuditFilter(), limit, cancellationToken).ConfigureAwait(false);
        return [.. found.Select(entry => entry.Entry with { Number = entry.Number, Hash = entry.IsSealed ? entry.Hash : null })];
    }

    /// <summary>Goes through the whole trail, as <c>history verify</c> does. It takes its time; nobody who writes is held up.</summary>
    /// <param name="heads">Heads that were written down elsewhere, such as <c>1234:9f86…</c> in the activity log. Default none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="ArgumentException">One of <paramref name="heads"/> is none.</exception>
    /// <exception cref="ServerLibException">The file can't be read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<AuditCheck> VerifyAsync(IEnumerable<string>? heads = null, CancellationToken cancellationToken = default)
    {
        AuditHead[] read =
        [
            .. (heads ?? []).Select(text => AuditHead.TryParse(text, out AuditHead? head)
                ? head
                : throw new ArgumentException("A head is a number, a colon and 64 hexadecimal digits.", nameof(heads))),
        ];
        AuditVerdict verdict = await Reader.VerifyAsync(read, cancellationToken).ConfigureAwait(false);
        return new AuditCheck(
            verdict.Fault?.Number,
            verdict.Fault?.Problem,
            verdict.Newest?.Head.ToString(),
            [.. verdict.Unknown.Select(head => head.ToString())]);
    }
}
