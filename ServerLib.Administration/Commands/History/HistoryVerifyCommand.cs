using System.CommandLine;
using System.Text.RegularExpressions;

namespace ServerLib.Administration.Commands;

/// <summary>Verifies the audit trail.</summary>
internal sealed partial class HistoryVerifyCommand : AdminCommand
{
    private const string About =
        """
        Verifies the audit trail, and finds the first entry that was changed, removed or moved

        To also detect that entries were removed at the end, give a head with --head. The activity log contains one every hour
        ("audit trail at N:HASH").

        Exit codes: 0 intact, 1 damaged or changed, or it cannot be read, 2 wrong usage, 3 there is no audit trail, or the entry
        of a head was deleted after its retention.
        """;

    private readonly Option<string[]> _head = new("--head")
    {
        Description = "A head from the activity log that the audit trail must contain; may be repeated",
        HelpName = "N:HASH",
    };

    public HistoryVerifyCommand()
        : base("history verify", About, CommandPlace.ServerOrFiles)
    {
        Options.Add(_head);
        ReadsFilesOnly = true;
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string[] heads = request.Get(_head) ?? [];
        if (Array.Find(heads, head => !Head().IsMatch(head)) is { } wrong)
            throw HistoryFilter.Wrong(_head, wrong, "a number, a colon and 64 hexadecimal digits, as in the activity log");
        AuditCheck check = await HistorySource.ReadAsync(request, reader => reader.VerifyAsync(heads, cancellationToken)).ConfigureAwait(false);
        request.Data = new
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
            return request.Refuse(ExitCode.CouldNotRun, $"the audit trail is damaged or was changed: {check.Problem}");
        if (check is { Oldest: { } oldest, Newest: { } newest })
        {
            string times = $"{request.Show(oldest.Time)} to {request.Show(newest.Time)}";
            request.WriteLine($"the audit trail is intact: entries {oldest.Number} to {newest.Number}, {times}");
            request.WriteLine($"head {check.Head}");
        }
        else
        {
            request.WriteLine("the audit trail is empty");
        }

        if (check.WithoutHash > 0)
            request.WriteLine($"{Count.Of(check.WithoutHash, "entry", "entries")} of an earlier version without hashes: changes to them cannot be detected");
        foreach (string head in check.UnknownHeads)
            request.WriteLine($"entry {head.Split(':')[0]} was deleted after its retention, so its head cannot be compared");
        return check.UnknownHeads.Count > 0 ? ExitCode.NotApplicable : ExitCode.Done;
    }

    [GeneratedRegex(@"\A[0-9]{1,18}:[0-9A-Fa-f]{64}\z")]
    private static partial Regex Head();
}
