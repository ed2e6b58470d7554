namespace ServerLib.Auditing;

/// <summary>
/// Checks the entries of an audit trail from the oldest to the newest, and finds the first one that was changed, removed or moved.
/// </summary>
/// <remarks>
/// Old entries may be missing if an entry <see cref="AuditEvent.ChainStarted"/> says that they were deleted. That entry comes after the gap,
/// so gaps are judged at the end.
/// </remarks>
/// <param name="heads">Heads that were noted elsewhere. The trail has to contain them.</param>
internal sealed class AuditVerification(IReadOnlyList<AuditHead> heads)
{
    /// <summary>The number of gaps that are remembered.</summary>
    private const int MaxGaps = 1_000;

    private readonly List<(long First, AuditRecord Next)> _gaps = [];
    private readonly HashSet<AuditHead> _unseen = [.. heads];
    private AuditHead _last = AuditHead.None;
    private AuditHead _deleted = AuditHead.None;
    private AuditRecord? _oldest;
    private AuditRecord? _newest;
    private Fault? _fault;
    private long _withoutHash;

    /// <summary>Checks the next entry.</summary>
    public void Add(AuditRecord next)
    {
        if (ChainStart.TryRead(next.Entry, out ChainStart? start) && start.Deleted.Number > _deleted.Number)
            _deleted = start.Deleted;
        if (_fault is not null)
            return;
        _fault = Check(next);
        _oldest ??= next;
        _newest = next;
        _last = next.Head;
        _unseen.Remove(next.Head);
        if (!next.IsSealed)
            _withoutHash++;
    }

    /// <summary>The result, after the newest entry.</summary>
    public AuditCheck Complete()
    {
        (long First, AuditRecord Next) gap = _gaps.Find(gap => !IsDeleted(gap.Next));
        Fault? fault = gap.Next is null ? _fault : Missing(gap.First, gap.Next.Number - 1);
        AuditHead[] unseen = [.. _unseen.OrderBy(head => head.Number)];

        // A deleted entry cannot be checked, except the last deleted one, whose hash is known.
        AuditHead[] unknown = [.. unseen.Where(head => head.Number < _deleted.Number && head.Number < (_oldest?.Number ?? 0))];
        fault ??= unseen.Where(head => head != _deleted).Except(unknown).Select(Mismatch).FirstOrDefault();
        return new AuditCheck(
            fault?.Number,
            fault?.Problem,
            _oldest?.ToEntry(),
            _newest?.ToEntry(),
            _withoutHash,
            [.. unknown.Select(head => head.ToString())])
        {
            Head = _newest?.Head.ToString(),
        };
    }

    private static Fault Missing(long first, long last) =>
        new(first, first == last ? $"entry {first} is missing" : $"entries {first} to {last} are missing");

    private Fault? Check(AuditRecord next)
    {
        if (next.Number <= _last.Number)
            return new Fault(next.Number, "an entry has an invalid number");
        if (!next.IsSealed)
        {
            if (_last.Hash != AuditHead.NoHash || next.Entry.Event > AuditEvent.FailedLogin)
                return new Fault(next.Number, $"entry {next.Number} has lost its hash");
        }
        else if (next.Hash != next.ComputeHash())
        {
            return new Fault(next.Number, $"entry {next.Number} was changed");
        }

        if (next.Number > _last.Number + 1)
        {
            if (_gaps.Count == MaxGaps)
                return Missing(_last.Number + 1, next.Number - 1);
            _gaps.Add((_last.Number + 1, next));
        }
        else if (next.Previous != _last.Hash)
        {
            return _last.Number == 0
                ? new Fault(next.Number, $"entry {next.Number} follows an entry that is missing")
                : new Fault(_last.Number, $"entry {_last.Number} does not match the hash in entry {next.Number}");
        }
        else if (next.IsSealed && _last.Hash == AuditHead.NoHash && next.Entry.Event != AuditEvent.ChainStarted)
        {
            return new Fault(next.Number, $"entry {next.Number} is the first with a hash, but does not start a chain");
        }

        return null;
    }

    private bool IsDeleted(AuditRecord next) =>
        next.Number <= _deleted.Number || (next.Number == _deleted.Number + 1 && next.Previous == _deleted.Hash);

    private Fault Mismatch(AuditHead head) => head.Number > _last.Number
        ? Missing(_last.Number + 1, head.Number)
        : new Fault(head.Number, $"entry {head.Number} does not match the given head");

    /// <param name="Number">The entry's number.</param>
    /// <param name="Problem">What is wrong with it.</param>
    private sealed record Fault(long Number, string Problem);
}
