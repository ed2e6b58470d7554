using ServerLib.Administration.Commands;

namespace ServerLib.Administration.History;

/// <summary>Shows and verifies an audit trail, of the running server or from its files.</summary>
/// <param name="reader">The trail.</param>
/// <param name="time">The local time zone.</param>
/// <param name="write">Writes a line of output.</param>
internal sealed class HistoryReport(IAuditReader reader, TimeProvider time, Func<string, ValueTask> write)
{
    /// <summary>The output as data.</summary>
    public object? Data { get; private set; }

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="ServerLibException">The trail cannot be read.</exception>
    public async Task<int> RunAsync(HistoryRequest request, CancellationToken cancellationToken)
    {
        (int exit, List<string> lines) = request.Verifies
            ? await VerifyAsync(request, cancellationToken).ConfigureAwait(false)
            : await ShowAsync(request, cancellationToken).ConfigureAwait(false);
        if (request.AsJson)
            lines = [.. CommandJson.Write(Data).Split('\n')];
        foreach (string line in lines)
            await write(line).ConfigureAwait(false);
        return exit;
    }

    private async Task<(int Exit, List<string> Lines)> ShowAsync(HistoryRequest request, CancellationToken cancellationToken)
    {
        // One more than asked for shows whether there are more.
        IReadOnlyList<AuditEntry> found = await reader
            .ReadAsync(request.Filter, (int)Math.Min(request.Limit + 1L, int.MaxValue), cancellationToken).ConfigureAwait(false);
        bool hasMore = found.Count > request.Limit;
        if (hasMore)
            found = [.. found.Skip(1)];
        Data = found.Select(e => new
        {
            number = e.Number,
            time = e.Time,
            @event = e.Event.ToString(),
            name = e.Name,
            address = e.Address,
            actor = e.Actor,
            detail = e.Detail,
            hash = e.Hash,
        });
        if (found.Count == 0)
            return (ExitCode.Done, ["no entry matches"]);

        var table = new TextTable();
        foreach (AuditEntry entry in found)
            table.Add(time.Show(entry.Time), entry.Event.ToString(), entry.Name, entry.Address, DetailOf(entry));
        List<string> lines = [.. table.Lines()];
        if (hasMore)
            lines.Add($"(the newest {Count.Of(found.Count, "entry", "entries")}; --limit N shows more)");
        return (ExitCode.Done, lines);
    }

    private static string DetailOf(AuditEntry entry) => (entry.Actor, entry.Detail) switch
    {
        ("", var detail) => detail,
        (var actor, "") => $"by {actor}",
        var (actor, detail) => $"by {actor}: {detail}",
    };

    private async Task<(int Exit, List<string> Lines)> VerifyAsync(HistoryRequest request, CancellationToken cancellationToken)
    {
        AuditCheck check = await reader.VerifyAsync(request.Heads, cancellationToken).ConfigureAwait(false);
        Data = new
        {
            isIntact = check.IsIntact,
            firstInvalid = check.FirstInvalid,
            problem = check.Problem,
            oldest = check.Oldest?.Number,
            newest = check.Newest?.Number,
            hash = check.Head?.Split(':')[1],
            withoutHash = check.WithoutHash,
            unknownHeads = check.UnknownHeads,
        };
        if (!check.IsIntact)
            return (ExitCode.CouldNotRun, [$"the audit trail is damaged or was changed: {check.Problem}"]);

        List<string> lines = [];
        if (check is { Oldest: { } oldest, Newest: { } newest })
        {
            lines.Add($"the audit trail is intact: entries {oldest.Number} to {newest.Number}, {time.Show(oldest.Time)} to {time.Show(newest.Time)}");
            lines.Add($"head {check.Head}");
        }
        else
        {
            lines.Add("the audit trail is empty");
        }

        if (check.WithoutHash > 0)
            lines.Add($"{Count.Of(check.WithoutHash, "entry", "entries")} of an earlier version without hashes: changes to them cannot be detected");
        foreach (string head in check.UnknownHeads)
            lines.Add($"entry {head.Split(':')[0]} was deleted after its retention, so its head cannot be compared");
        return (check.UnknownHeads.Count > 0 ? ExitCode.NotFound : ExitCode.Done, lines);
    }
}
