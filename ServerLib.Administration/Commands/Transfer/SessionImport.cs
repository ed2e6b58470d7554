using System.Text;
using System.Text.Json;
using ServerLib.Administration.Export;
using ServerLib.Administration.Import;

namespace ServerLib.Administration.Commands;

/// <summary>Sends the lines of a verified export to the server of a session, or to its files.</summary>
internal sealed class SessionImport(AdminSession session, FileStream file)
{
    /// <summary>The size of the lines in a batch, in characters.</summary>
    private const int MaxBatch = 64 * 1024;

    /// <summary>The numbers of kept and of skipped lines that are listed.</summary>
    private const int MaxListed = 200;

    private readonly List<(long Number, ExportLine Line, string Json)> _batch = [];
    private readonly List<ServerImportSummary.Note> _existing = [];
    private readonly List<ServerImportSummary.Note> _problems = [];
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private ExportCounts _added = new();
    private long _kept;
    private long _skipped;

    /// <summary>Imports the file.</summary>
    /// <param name="cancellationToken">Interrupts the import.</param>
    /// <exception cref="FormatException">The file has changed since it was verified.</exception>
    public async Task<ServerImportSummary> RunAsync(CancellationToken cancellationToken)
    {
        bool isInterrupted = false;
        try
        {
            int size = 0;
            foreach ((long Number, ExportLine Line, string Json) line in ExportFile.Read(file))
            {
                if (size + line.Json.Length > MaxBatch)
                {
                    await SendAsync(cancellationToken).ConfigureAwait(false);
                    size = 0;
                }

                _batch.Add(line);
                size += line.Json.Length;
            }

            await SendAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            isInterrupted = true;
        }

        return new ServerImportSummary(_added, _kept, _skipped, _existing, _problems, isInterrupted);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count == 0)
            return;
        string input = JsonSerializer.Serialize(new ImportLines([.. _batch.Select(line => line.Json)]), TransferJsonContext.Default.ImportLines);
        JsonElement data = TransferJson.DataOf(
            await session.SendAsync(ImportBatchCommand.Path, input, cancellationToken).ConfigureAwait(false));
        foreach (((long number, ExportLine line, _), JsonElement result) in _batch.Zip(data.GetProperty("results").EnumerateArray()))
            Take(number, line, (ImportOutcome)result.GetProperty("outcome").GetInt32(), result);
        _batch.Clear();
        ShowProgress();
    }

    private void Take(long number, ExportLine line, ImportOutcome outcome, JsonElement result)
    {
        if (outcome == ImportOutcome.Added)
        {
            _added = _added.Add(line);
            return;
        }

        (List<ServerImportSummary.Note> notes, _) = outcome == ImportOutcome.Kept ? (_existing, _kept++) : (_problems, _skipped++);
        if (notes.Count < MaxListed)
            notes.Add(new ServerImportSummary.Note(number, ImportEntry.Shorten(result.GetProperty("name").GetString()!), result.GetProperty("reason").GetString()!));
    }

    private void ShowProgress()
    {
        double share = (double)file.Position / Math.Max(1, file.Length);
        TimeSpan? left = share > 0 ? TimeProvider.System.GetElapsedTime(_start) * ((1 - share) / share) : null;
        session.Terminal.ShowProgress(new CommandProgress($"{_added} added, {_kept} there already, {_skipped} skipped", share, left));
    }
}
