using System.CommandLine;
using ServerLib.Administration.Export;

namespace ServerLib.Administration.Commands;

/// <summary>Reads a part of an export of everything. <c>export</c> sends it.</summary>
internal sealed class ExportPageCommand : AdminCommand
{
    public const string Path = "export-page";

    /// <summary>The size from which a page gets no more lines, in characters. With the last lines, it is still much smaller than a frame.</summary>
    private const int MaxSize = 256 * 1024;

    private readonly Argument<string> _part = new("PART");
    private readonly Option<string?> _after = new("--after");

    public ExportPageCommand()
        : base(Path, "Reads a part of an export", CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_part);
        Options.Add(_after);

        // RunAsync writes the entry.
        IsAudited = false;
        Hidden = true;
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string? after = request.Get(_after);
        if (request.Caller.IsRemote)
            return request.Refuse(ExitCode.WrongUsage, "export works on the server's machine only");
        if (ExportParts.Find(request.Get(_part)) is not { } part)
            return request.Refuse(ExitCode.WrongUsage, "export sends this command");
        request.Audit(AuditEvent.AdminCommand, "", $"export {part.Name}{(after is null ? "" : $", continued after {after}")}");
        List<string> lines = [];
        bool isAvailable = part.IsAvailable(request);
        try
        {
            if (isAvailable)
                after = await ReadAsync(request, part, after, lines, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            return request.Refuse(ExitCode.WrongUsage, "--after is not the end of a page");
        }

        request.Data = new { lines, next = after, available = isAvailable };
        return ExitCode.Done;
    }

    private static async Task<string?> ReadAsync(
        AdminRequest request, IExportPart part, string? after, List<string> lines, CancellationToken cancellationToken)
    {
        int size = 0;
        do
        {
            ExportPage page = await part.ReadAsync(request, after, cancellationToken).ConfigureAwait(false);
            foreach (ExportLine line in page.Lines)
            {
                lines.Add(line.ToJson());
                size += lines[^1].Length;
            }

            after = page.Next;
        }
        while (after is not null && size < MaxSize);
        return after;
    }
}
