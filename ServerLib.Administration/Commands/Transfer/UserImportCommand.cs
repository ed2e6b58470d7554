using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ServerLib.Administration.Import;

namespace ServerLib.Administration.Commands;

/// <summary>Adds the accounts in a file.</summary>
internal sealed class UserImportCommand : AdminCommand
{
    private const string About =
        """
        Adds the accounts in a file, with their password hashes

        FILE is the user_data.json of the existing system, a CSV file with the columns name and hash, or what 'user export
        --hashes' has written. Existing accounts are never changed. Entries that cannot be imported are listed and skipped;
        then the exit code is 1. To continue an import that was interrupted, run it again.
        """;

    /// <summary>The number of skipped entries that are listed.</summary>
    private const int MaxListed = 200;

    private readonly Argument<string> _file = new("FILE") { Description = "The file with the accounts" };

    private readonly Option<string?> _format = new Option<string?>("--format")
    {
        Description = "The format of the file: existing, csv or jsonl [default: found from the content]",
        HelpName = "FORMAT",
    }.AcceptOnlyFromAmong("existing", "csv", "jsonl");

    public UserImportCommand()
        : base("user import", About, CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_file);
        Options.Add(_format);
        WorksWithoutData = true;
    }

    /// <summary>Reads the file, and hashes old hashes, where the admin is.</summary>
    public override async Task<CommandOutput> StartAsync(AdminSession session, CancellationToken cancellationToken)
    {
        string path = session.Terminal.FullPath(session.Get(_file)!);
        using FileStream file = TransferFile.OpenRead(path);
        ImportFormat format = session.Get(_format) switch
        {
            "existing" => ImportFormat.Existing,
            "csv" => ImportFormat.Csv,
            "jsonl" => ImportFormat.JsonLines,
            _ => ImportFile.DetectFormat(file),
        };
        ImportSummary summary = await ImportAsync(session, file, format, cancellationToken).ConfigureAwait(false);
        string input = JsonSerializer.Serialize(summary, TransferJsonContext.Default.ImportSummary);
        return await session.SendAsync(input, CancellationToken.None).ConfigureAwait(false);
    }

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken) => Task.FromResult(Run(request));

    private static int Run(AdminRequest request)
    {
        if (TransferJson.TryRead(request.Input, TransferJsonContext.Default.ImportSummary) is not { Problems: { } problems } summary)
            return request.Refuse(ExitCode.WrongUsage, "use a client that reads the file");

        request.Data = summary;
        foreach (ImportSummary.BadEntry bad in problems.OfType<ImportSummary.BadEntry>())
            request.WriteLine($"line {bad.Line}: {(string.IsNullOrEmpty(bad.Name) ? "" : $"{bad.Name}: ")}{bad.Problem}");
        if (summary.Skipped > problems.Count)
            request.WriteLine($"... and {summary.Skipped - problems.Count} more");
        request.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"imported {Count.Of(summary.Added, "account")}; {summary.Existing} were there already; {summary.Skipped} skipped"));
        if (summary.IsInterrupted)
            return request.Refuse(ExitCode.CouldNotRun, "interrupted; run the command again to continue");
        return summary.Skipped == 0 ? ExitCode.Done : ExitCode.CouldNotRun;
    }

    private static async Task<ImportSummary> ImportAsync(
        AdminSession session, FileStream file, ImportFormat format, CancellationToken cancellationToken)
    {
        List<ImportSummary.BadEntry> bad = [];
        ImportProgress last = new(0, file.Length, 0, 0, 0, null);
        bool isInterrupted = false;
        var accounts = new SessionAccounts(session);

        // With the server's parameters, a login takes as long as for every other account.
        PasswordHashingOptions hashing = await accounts.GetHashingAsync(cancellationToken).ConfigureAwait(false);
        hashing.Threads = Environment.ProcessorCount;
        var hasher = new Argon2idPasswordHasher(hashing);
        await using (hasher.ConfigureAwait(false))
        {
            var importer = new AccountImporter(accounts, hasher, _ => null, TimeProvider.System);
            try
            {
                last = await importer.RunAsync(file, format, Collect, new Show(session, progress => last = progress), cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                isInterrupted = true;
            }
            finally
            {
                session.Terminal.ShowProgress(null);
            }
        }

        return new ImportSummary(last.Added, last.Existing, last.Skipped, bad, isInterrupted);

        ValueTask Collect(ImportEntry entry)
        {
            if (bad.Count < MaxListed)
                bad.Add(new ImportSummary.BadEntry(entry.Line, entry.Name is { } name ? ImportEntry.Shorten(name) : null, entry.Problem!));
            return default;
        }
    }

    private sealed class Show(AdminSession session, Action<ImportProgress> keep) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            keep(value);
            session.Terminal.ShowProgress(new CommandProgress(
                string.Create(
                    CultureInfo.InvariantCulture, $"{value.Added} added, {value.Existing} there already, {value.Skipped} skipped"),
                (double)value.Bytes / Math.Max(1, value.TotalBytes),
                value.Left));
        }
    }
}
