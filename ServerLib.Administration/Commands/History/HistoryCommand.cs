using System.CommandLine;
using System.Globalization;

namespace ServerLib.Administration.Commands;

/// <summary>Shows the audit trail.</summary>
internal sealed class HistoryCommand : AdminCommand
{
    private const int DefaultLimit = 50;

    /// <summary>A running server reads at most this many.</summary>
    private const int MaxOfServer = 10_000;

    private const string About =
        """
        Shows the audit trail, the newest entry last: logins, failed logins, bans, admin commands and other security events

        'history verify' checks that nothing was changed.

        Example: history --user ada --since 7d
        """;

    private readonly HistoryFilter _filter = new();

    private readonly Option<string?> _limit = new("--limit")
    {
        Description = $"The maximum number of entries; the newest are shown [default: {DefaultLimit}]",
        HelpName = "N",
    };

    public HistoryCommand()
        : base("history", About, CommandPlace.ServerOrFiles)
    {
        _filter.AddTo(this);
        Options.Add(_limit);
        ReadsFilesOnly = true;
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        AuditFilter filter = _filter.Read(request);
        int limit = request.Get(_limit) is { } text ? ReadLimit(text, request.IsServerRunning ? MaxOfServer : int.MaxValue - 1) : DefaultLimit;

        // One more than asked for shows whether there are more.
        IReadOnlyList<AuditEntry> found = await HistorySource
            .ReadAsync(request, reader => reader.ReadAsync(filter, limit + 1, cancellationToken)).ConfigureAwait(false);
        bool hasMore = found.Count > limit;
        if (hasMore)
            found = [.. found.Skip(1)];
        request.Data = found.Select(e => new
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
        var table = new AdminTable("TIME", "EVENT", "NAME", "ADDRESS", "BY", "DETAIL");
        foreach (AuditEntry entry in found)
            table.Add(request.Show(entry.Time), entry.Event.ToString(), entry.Name, entry.Address, entry.Actor, entry.Detail);
        request.List(table, "no entry matches");
        if (hasMore)
            request.WriteLine($"(the newest {Count.Of(found.Count, "entry", "entries")}; --limit N shows more)");
        return ExitCode.Done;
    }

    private int ReadLimit(string text, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit >= 1 && limit <= max
            ? limit
            : throw HistoryFilter.Wrong(_limit, text, $"a number of 1 to {max}");
}
