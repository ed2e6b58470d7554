using System.Globalization;
using ServerLib.Administration.Commands;

namespace ServerLib.Administration.Export;

/// <summary>Invitations, also used and expired ones, and the last number of an invitation.</summary>
internal sealed class InvitationPart : IExportPart
{
    private const int PageSize = 100;

    public string Name => "invitations";

    public bool IsAvailable(AdminRequest request) => request.FindService<IInvitationTransfer>() is not null;

    public bool Contains(ExportLine line) => line.Invitation is not null || line.LastInvitation is not null;

    public async Task<ExportPage> ReadAsync(AdminRequest request, string? after, CancellationToken cancellationToken)
    {
        if (!long.TryParse(after ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            throw new AdminCommandException(ExitCode.WrongUsage, "this is not the end of a page");
        InvitationPage page = await request.Service<IInvitationTransfer>().ReadInvitationsAsync(PageSize, number, cancellationToken)
            .ConfigureAwait(false);
        List<ExportLine> lines = [.. page.Invitations.Select(invitation => new ExportLine { Invitation = InvitationLine.From(invitation) })];
        if (!page.IsLast)
            return new ExportPage(lines, page.Invitations[^1].Number.ToString(CultureInfo.InvariantCulture));
        if (page.LastNumber > 0)
            lines.Add(new ExportLine { LastInvitation = page.LastNumber });
        return new ExportPage(lines, null);
    }

    public async Task<IReadOnlyList<ImportResult>> AddAsync(
        AdminRequest request, IReadOnlyList<ExportLine> lines, CancellationToken cancellationToken)
    {
        InvitationRecord[] invitations = [.. lines.Select(line => line.Invitation?.ToInvitation()).OfType<InvitationRecord>()];
        long last = lines.Max(line => line.LastInvitation) ?? 0;
        if (last is < 0 or > InvitationRecord.MaxNumber)
            throw new FormatException($"lastInvitation is not between 1 and {InvitationRecord.MaxNumber}");
        var results = new Queue<InvitationAddition>(await request.Service<IInvitationTransfer>()
            .AddInvitationsAsync(invitations, last, cancellationToken).ConfigureAwait(false));
        Audit(request, [.. invitations.Zip(results).Where(each => each.Second.IsAdded).Select(each => each.First.Number)]);
        return [.. lines.Select(line => line.Invitation is { } invitation ? Result(invitation, results.Dequeue()) : ImportResult.Added)];
    }

    private static ImportResult Result(InvitationLine line, InvitationAddition result) =>
        ImportResult.Of($"invitation {line.Number}", result.IsAdded, result.Problem);

    private static void Audit(AdminRequest request, long[] added)
    {
        if (added.Length == 0)
            return;
        request.Audit(AuditEvent.AdminCommand, "", $"import: {Count.Of(added.Length, "invitation")} added, {added[0]} to {added[^1]}");
    }
}
