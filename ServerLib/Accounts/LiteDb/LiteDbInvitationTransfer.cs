namespace ServerLib.Accounts;

/// <summary>Adds invitations from other databases, and reads whole invitations.</summary>
internal sealed class LiteDbInvitationTransfer(LiteDbDataSource source) : IInvitationTransfer
{
    public async ValueTask<IReadOnlyList<InvitationAddition>> AddInvitationsAsync(
        IReadOnlyList<InvitationRecord> invitations, long lastNumber = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(invitations);
        ArgumentOutOfRangeException.ThrowIfNegative(lastNumber);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lastNumber, InvitationRecord.MaxNumber);
        var results = new List<InvitationAddition>(invitations.Count);
        foreach (InvitationRecord[] chunk in invitations.Chunk(LiteDbDataSource.ChunkSize))
            results.AddRange(await source.RunAsync(store => Add(store.Invitations, chunk), cancellationToken).ConfigureAwait(false));
        await source.RunAsync(
            store =>
            {
                store.Invitations.UseNumbersTo(lastNumber);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return results;
    }

    public async ValueTask<InvitationPage> ReadInvitationsAsync(int count, long after = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int limit = Math.Min(count, LiteDbDataSource.ChunkSize);
        return await source.ReadAsync(
            store =>
            {
                InvitationRecord[] page = [.. store.Invitations.ReadAfter(after, limit).Select(invitation => invitation.ToRecord())];
                return new InvitationPage(page, page.Length < limit, store.Invitations.HighestNumber());
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static List<InvitationAddition> Add(InvitationCollection stored, InvitationRecord[] invitations)
    {
        List<InvitationAddition> results = [];
        long highest = stored.HighestNumber();
        foreach (InvitationRecord invitation in invitations)
        {
            InvitationAddition result = invitation.FindProblem() is { } problem
                ? new InvitationAddition(false, problem)
                : Add(stored, invitation, highest);
            if (result.IsAdded)
                highest = invitation.Number;
            results.Add(result);
        }

        stored.UseNumbersTo(highest);
        return results;
    }

    private static InvitationAddition Add(InvitationCollection stored, InvitationRecord invitation, long highest)
    {
        if (invitation.Number > highest)
        {
            stored.Add(StoredInvitation.From(invitation));
            return new InvitationAddition(true);
        }

        bool isSame = stored.Find(invitation.Number) is { } found && found.ToRecord().CodeHash == invitation.CodeHash;
        return new InvitationAddition(false, isSame ? null : $"this server has used the numbers up to {highest} already");
    }
}
