using System.CommandLine;
using System.Text.Json;
using ServerLib.Administration.Export;

namespace ServerLib.Administration.Commands;

/// <summary>Adds what another server has exported.</summary>
internal sealed class ImportCommand : AdminCommand
{
    private const string About =
        """
        Adds the accounts, invitations and bans in a file that 'export' has written

        What the server has already is never changed, and listed. What cannot be imported is listed, too; then the exit code
        is 1. A file that is not complete is refused before anything is added. To continue an import that was interrupted,
        run it again.
        """;

    private readonly Argument<string> _file = new("FILE") { Description = "The file that 'export' has written" };

    public ImportCommand()
        : base("import", About, CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_file);
        WorksWithoutData = true;
    }

    public override async Task<CommandOutput> StartAsync(AdminSession session, CancellationToken cancellationToken)
    {
        string path = session.Terminal.FullPath(session.Get(_file)!);
        using FileStream file = TransferFile.OpenRead(path);
        try
        {
            ExportFile.Verify(file, cancellationToken);
            file.Position = 0;
            ServerImportSummary summary = await new SessionImport(session, file).RunAsync(cancellationToken).ConfigureAwait(false);
            string input = JsonSerializer.Serialize(summary, TransferJsonContext.Default.ServerImportSummary);
            return await session.SendAsync(input, CancellationToken.None).ConfigureAwait(false);
        }
        catch (FormatException e)
        {
            throw new AdminCommandException(ExitCode.CouldNotRun, $"{path} cannot be imported: {e.Message}");
        }
        finally
        {
            session.Terminal.ShowProgress(null);
        }
    }

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken) => Task.FromResult(Run(request));

    private static int Run(AdminRequest request)
    {
        if (TransferJson.TryRead(request.Input, TransferJsonContext.Default.ServerImportSummary) is not { Added: { } added, Problems: { } problems, Existing: { } existing } summary)
            return request.Refuse(ExitCode.WrongUsage, "use a client that reads the file");
        request.Data = summary;
        Write(existing, summary.Kept);
        Write(problems, summary.Skipped);
        request.WriteLine($"imported {added}; {summary.Kept} were there already or have ended; {summary.Skipped} skipped");
        if (summary.IsInterrupted)
            return request.Refuse(ExitCode.CouldNotRun, "interrupted; run the command again to continue");
        return summary.Skipped == 0 ? ExitCode.Done : ExitCode.CouldNotRun;

        void Write(IReadOnlyList<ServerImportSummary.Note?> notes, long total)
        {
            foreach (ServerImportSummary.Note note in notes.OfType<ServerImportSummary.Note>())
                request.WriteLine($"line {note.Line}: {note.Name}: {note.Reason}");
            if (total > notes.Count)
                request.WriteLine($"... and {total - notes.Count} more");
        }
    }
}
