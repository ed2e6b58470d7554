using System.Text;
using System.Text.Json;
using ServerLib.Administration.Export;

namespace ServerLib.Administration.Commands;

/// <summary>Adds a part of an import of everything. <c>import</c> sends it.</summary>
internal sealed class ImportBatchCommand : AdminCommand
{
    public const string Path = "import-batch";

    public ImportBatchCommand()
        : base(Path, "Adds a part of an import", CommandPlace.ServerOrFiles)
    {
        // The parts write what was added.
        IsAudited = false;
        Hidden = true;
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        if (request.Caller.IsRemote)
            return request.Refuse(ExitCode.WrongUsage, "import works on the server's machine only");
        if (TransferJson.TryRead(request.Input, TransferJsonContext.Default.ImportLines)?.Lines is not { } lines || Parse(lines) is not { } parsed)
            return request.Refuse(ExitCode.WrongUsage, "import sends this command");
        var results = new ImportResult[parsed.Length];
        foreach (IExportPart part in ExportParts.All)
        {
            int[] places = [.. Enumerable.Range(0, parsed.Length).Where(i => part.Contains(parsed[i]))];
            if (places.Length == 0)
                continue;
            IReadOnlyList<ImportResult> added = await AddAsync(request, part, [.. places.Select(i => parsed[i])], cancellationToken)
                .ConfigureAwait(false);
            foreach ((int place, ImportResult result) in places.Zip(added))
                results[place] = result;
        }

        request.Data = new { results = results.Select(result => new { outcome = (int)result.Outcome, name = result.Name, reason = result.Reason }) };
        return ExitCode.Done;
    }

    /// <remarks>A line that is not valid does not stop the others.</remarks>
    private static async Task<IReadOnlyList<ImportResult>> AddAsync(
        AdminRequest request, IExportPart part, IReadOnlyList<ExportLine> lines, CancellationToken cancellationToken)
    {
        if (!part.IsAvailable(request))
            return [.. lines.Select(_ => ImportResult.Problem(part.Name, "the server's user database cannot import them"))];
        try
        {
            return await part.AddAsync(request, lines, cancellationToken).ConfigureAwait(false);
        }
        catch (FormatException e) when (lines.Count == 1)
        {
            return [ImportResult.Problem(part.Name, e.Message)];
        }
        catch (FormatException)
        {
            List<ImportResult> results = [];
            foreach (ExportLine line in lines)
                results.AddRange(await AddAsync(request, part, [line], cancellationToken).ConfigureAwait(false));
            return results;
        }
    }

    private static ExportLine[]? Parse(IReadOnlyList<string?> lines)
    {
        try
        {
            ExportLine[] parsed = [.. lines.Select(line => ExportLine.Parse(Encoding.UTF8.GetBytes(line ?? "")))];
            return parsed.All(line => ExportParts.Of(line) is not null) ? parsed : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }
}
