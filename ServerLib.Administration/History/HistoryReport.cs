using ServerLib.Administration.Commands;
using ServerLib.Diagnostics;
using ServerLib.Protocol;

namespace ServerLib.Administration.History;

/// <summary>Shows and verifies an audit trail, whoever asks for it.</summary>
/// <param name="reader">The trail.</param>
/// <param name="time">The local time zone.</param>
/// <param name="write">Writes a line.</param>
internal sealed class HistoryReport(IAuditReader reader, TimeProvider time, Func<string, ValueTask> write)
{
    /// <summary>The answer as data.</summary>
    public object? Data { get; private set; }

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="ServerLibException">The trail can't be read.</exception>
    public async Task<int> RunAsync(HistoryRequest request, CancellationToken cancellationToken)
    {
        (int exit, List<string> lines) = request.Verifies
            ? await VerifyAsync(request, cancellationToken).ConfigureAwait(false)
            : await ShowAsync(request, cancellationToken).ConfigureAwait(false);
        if (request.AsJson)
            lines = [CommandJson.Write(Data)];
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
            return (ExitCode.Done, ["there is no such entry"]);

        string[][] rows = [.. found.Select(Columns)];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        List<string> lines = [.. rows.Select(row => string.Join("  ", row.Select((text, column) => text.PadRight(widths[column]))).TrimEnd())];
        if (hasMore)
            lines.Add($"({(found.Count == 1 ? "1 entry" : $"{found.Count} entries")}, the newest; --limit N shows more)");
        return (ExitCode.Done, lines);
    }

    private string[] Columns(AuditEntry entry) =>
    [
        time.Show(entry.Time),
        entry.Event.ToString(),
        TextSanitizer.Escape(entry.Name),
        TextSanitizer.Escape(entry.Address),
        TextSanitizer.Escape(
            entry.Actor.Length == 0 ? entry.Detail : entry.Detail.Length == 0 ? $"by {entry.Actor}" : $"by {entry.Actor}: {entry.Detail}"),
    ];

    private async Task<(int Exit, List<string> Lines)> VerifyAsync(HistoryRequest request, CancellationToken cancellationToken)
    {
        AuditCheck check = await reader.VerifyAsync(request.Heads, cancellationToken).ConfigureAwait(false);
        Data = new
        {
            isSound = check.IsSound,
            firstBad = check.FirstBad,
            problem = check.Problem,
            oldest = check.Oldest?.Number,
            newest = check.Newest?.Number,
            hash = check.Head?.Split(':')[1],
            withoutHash = check.WithoutHash,
            unknownHeads = check.UnknownHeads,
        };
        if (!check.IsSound)
            return (ExitCode.CouldNotRun, [$"the history is not sound: {check.Problem}"]);

        List<string> lines = [];
        if (check is { Oldest: { } oldest, Newest: { } newest })
        {
            lines.Add($"the history is sound: entries {oldest.Number} to {newest.Number}, {time.Show(oldest.Time)} to {time.Show(newest.Time)}");
            lines.Add($"head {check.Head}");
        }
        else
        {
            lines.Add("the history is empty");
        }

        if (check.WithoutHash > 0)
            lines.Add($"{check.WithoutHash} of them are from before there were hashes: nobody can say whether they were changed");
        foreach (string head in check.UnknownHeads)
            lines.Add($"entry {head.Split(':')[0]} is deleted, and its head can't be compared any more");
        return (check.UnknownHeads.Count > 0 ? ExitCode.NotFound : ExitCode.Done, lines);
    }
}
