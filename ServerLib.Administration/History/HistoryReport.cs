using ServerLib.Administration.Commands;
using ServerLib.Auditing;
using ServerLib.Diagnostics;
using ServerLib.Protocol;

namespace ServerLib.Administration.History;

/// <summary>Shows and verifies an audit trail, whoever asks for it.</summary>
/// <param name="reader">The trail.</param>
/// <param name="time">The local time zone.</param>
/// <param name="write">Writes a line.</param>
internal sealed class HistoryReport(AuditReader reader, TimeProvider time, Func<string, ValueTask> write)
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
        (List<SealedEntry> found, bool hasMore) =
            await reader.SearchAsync(request.Filter, request.Limit, cancellationToken).ConfigureAwait(false);
        Data = found.Select(e => new
        {
            number = e.Number,
            time = e.Entry.Time,
            @event = e.Entry.Event.ToString(),
            name = e.Entry.Name,
            address = e.Entry.Address,
            actor = e.Entry.Actor,
            detail = e.Entry.Detail,
            hash = e.IsSealed ? e.Hash : null,
        });
        if (found.Count == 0)
            return (ExitCode.Done, ["there is no such entry"]);

        string[][] rows = [.. found.Select(e => Columns(e.Entry))];
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
        AuditVerdict verdict = await reader.VerifyAsync(request.Heads, cancellationToken).ConfigureAwait(false);
        Data = new
        {
            isSound = verdict.Fault is null,
            firstBad = verdict.Fault?.Number,
            problem = verdict.Fault?.Problem,
            oldest = verdict.Oldest?.Number,
            newest = verdict.Newest?.Number,
            hash = verdict.Newest?.Hash,
            withoutHash = verdict.Unsealed,
            unknownHeads = verdict.Unknown.Select(head => head.ToString()),
        };
        if (verdict.Fault is { } fault)
            return (ExitCode.CouldNotRun, [$"the history is not sound: {fault.Problem}"]);

        List<string> lines = [];
        if (verdict is { Oldest: { } oldest, Newest: { } newest })
        {
            lines.Add($"the history is sound: entries {oldest.Number} to {newest.Number}, {time.Show(oldest.Entry.Time)} to {time.Show(newest.Entry.Time)}");
            lines.Add($"head {newest.Head}");
        }
        else
        {
            lines.Add("the history is empty");
        }

        if (verdict.Unsealed > 0)
            lines.Add($"{verdict.Unsealed} of them are from before there were hashes: nobody can say whether they were changed");
        foreach (AuditHead head in verdict.Unknown)
            lines.Add($"entry {head.Number} is deleted, and its head can't be compared any more");
        return (verdict.Unknown.Count > 0 ? ExitCode.NotFound : ExitCode.Done, lines);
    }
}
