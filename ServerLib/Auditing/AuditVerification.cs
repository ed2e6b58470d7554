namespace ServerLib.Auditing;

/// <summary>
/// Goes through the audit trail from its oldest entry to its newest, and finds the first that was changed, removed or put elsewhere.
/// </summary>
/// <remarks>
/// Old entries may be gone where an entry <see cref="AuditEvent.ChainStarted"/> says so; as that one comes later, gaps are judged at
/// the end.
/// </remarks>
/// <param name="heads">Heads that were written down elsewhere, which the trail has to contain.</param>
internal sealed class AuditVerification(IReadOnlyList<AuditHead> heads)
{
    /// <summary>More gaps than this are too many to be remembered.</summary>
    private const int MaxGaps = 1_000;

    private readonly List<(long First, SealedEntry Next)> _gaps = [];
    private readonly HashSet<AuditHead> _unseen = [.. heads];
    private AuditHead _last = AuditHead.None;
    private AuditHead _deleted = AuditHead.None;
    private SealedEntry? _oldest;
    private SealedEntry? _newest;
    private AuditFault? _fault;
    private long _unsealed;

    /// <summary>Takes the next entry.</summary>
    public void Add(SealedEntry next)
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
            _unsealed++;
    }

    /// <summary>What was found.</summary>
    public AuditVerdict End()
    {
        (long First, SealedEntry Next) gap = _gaps.Find(gap => !IsDeleted(gap.Next));
        AuditFault? fault = gap.Next is null ? _fault : Missing(gap.First, gap.Next.Number - 1);
        AuditHead[] unseen = [.. _unseen.OrderBy(head => head.Number)];

        // One that is deleted, but for the very last, of which the hash is still known, can't be judged.
        AuditHead[] unknown = [.. unseen.Where(head => head.Number < _deleted.Number && head.Number < (_oldest?.Number ?? 0))];
        fault ??= unseen.Where(head => head != _deleted).Except(unknown).Select(Lacking).FirstOrDefault();
        return new AuditVerdict(fault, unknown, _oldest, _newest, _unsealed);
    }

    private AuditFault? Check(SealedEntry next)
    {
        if (next.Number <= _last.Number)
            return new AuditFault(next.Number, "an entry has no number that could be its own");
        if (!next.IsSealed)
        {
            if (_last.Hash != AuditHead.NoHash || next.Entry.Event > AuditEvent.FailedLogin)
                return new AuditFault(next.Number, $"entry {next.Number} has lost its hash");
        }
        else if (next.Hash != next.ComputeHash())
        {
            return new AuditFault(next.Number, $"entry {next.Number} was changed");
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
                ? new AuditFault(next.Number, $"entry {next.Number} says that there was one before it")
                : new AuditFault(_last.Number, $"entry {_last.Number} is not the one that entry {next.Number} follows");
        }
        else if (next.IsSealed && _last.Hash == AuditHead.NoHash && next.Entry.Event != AuditEvent.ChainStarted)
        {
            return new AuditFault(next.Number, $"entry {next.Number} is the first with a hash, and begins no chain");
        }

        return null;
    }

    private bool IsDeleted(SealedEntry next) =>
        next.Number <= _deleted.Number || (next.Number == _deleted.Number + 1 && next.Previous == _deleted.Hash);

    private AuditFault Lacking(AuditHead head) => head.Number > _last.Number
        ? Missing(_last.Number + 1, head.Number)
        : new AuditFault(head.Number, $"entry {head.Number} is not the one that the head names");

    private static AuditFault Missing(long first, long last) =>
        new(first, first == last ? $"entry {first} is missing" : $"entries {first} to {last} are missing");
}
