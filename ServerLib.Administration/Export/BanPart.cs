using System.Text;

namespace ServerLib.Administration.Export;

/// <summary>The stored bans that are in force.</summary>
internal sealed class BanPart : IExportPart
{
    private const int PageSize = 500;

    public string Name => "bans";

    public bool IsAvailable(AdminRequest request) => request.FindService<IBanDatabase>() is not null;

    public bool Contains(ExportLine line) => line.Ban is not null;

    /// <remarks>
    /// There is no order in the database, and bans can be added between two pages, so a page begins after a target. Pages are large, because each
    /// reads all bans.
    /// </remarks>
    public async Task<ExportPage> ReadAsync(AdminRequest request, string? after, CancellationToken cancellationToken)
    {
        DateTimeOffset now = request.Service<TimeProvider>().GetUtcNow();
        IReadOnlyList<Ban> all = await request.Service<IBanDatabase>().GetBansAsync(cancellationToken).ConfigureAwait(false);
        (string Key, Ban Ban)[] rest =
        [
            .. all.Where(ban => !(ban.Until <= now)).Select(ban => (Key: KeyOf(ban.Target), ban))
                .Where(each => string.CompareOrdinal(each.Key, after) > 0).OrderBy(each => each.Key, StringComparer.Ordinal),
        ];
        (string Key, Ban Ban)[] page = [.. rest.Take(PageSize)];
        return new ExportPage(
            [.. page.Select(each => new ExportLine { Ban = BanLine.From(each.Ban) })], rest.Length > page.Length ? page[^1].Key : null);
    }

    public async Task<IReadOnlyList<ImportResult>> AddAsync(
        AdminRequest request, IReadOnlyList<ExportLine> lines, CancellationToken cancellationToken)
    {
        Ban[] bans = [.. lines.Select(line => line.Ban!.ToBan())];
        List<ImportResult> results = [];
        foreach (Ban ban in bans)
            results.Add(await AddAsync(request, ban, cancellationToken).ConfigureAwait(false));
        return results;
    }

    private static async Task<ImportResult> AddAsync(AdminRequest request, Ban ban, CancellationToken cancellationToken)
    {
        string name = $"ban of {ban.Target}";
        IServerControl server = request.Service<IServerControl>();
        if (ban.Until <= request.Service<TimeProvider>().GetUtcNow())
            return new ImportResult(ImportOutcome.Kept, name, "has ended");
        if (!server.CanBan(ban.Target, out _, out string? problem))
            return ImportResult.Problem(name, problem);
        bool isAdded = await server.ImportBanAsync(ban, request.Caller.Name, request.Caller.Address, cancellationToken).ConfigureAwait(false);
        return ImportResult.Of(name, isAdded, problem: null);
    }

    /// <summary>A text that is the same for all spellings of a target, in ASCII, because it is a word of a command.</summary>
    private static string KeyOf(string target) => BanTarget.TryParse(target, out BanTarget parsed, out _)
        ? Convert.ToHexString(Encoding.UTF8.GetBytes(parsed.Name ?? parsed.Text))
        : "";
}
