using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ServerLib.Administration.Backup;

namespace ServerLib.Administration.Commands;

/// <summary>Restores a backup.</summary>
internal sealed class RestoreCommand : AdminCommand
{
    private const string About =
        """
        Verifies a backup and restores it into the data folder; stop the server first

        Logs and other files in the folder are kept. All tickets become invalid, so clients log in with their passwords or keys.
        """;

    private readonly Argument<string> _file = new("FILE") { Description = "The backup" };
    private readonly Option<bool> _force = new("--force") { Description = "Replaces the contents of the data folder" };

    public RestoreCommand()
        : base("restore", About, CommandPlace.Files)
    {
        Arguments.Add(_file);
        Options.Add(_force);

        // The restored audit trail gets the entry.
        IsAudited = false;
        WorksWithoutData = true;
    }

    public override async Task<CommandOutput> StartAsync(AdminSession session, CancellationToken cancellationToken)
    {
        string path = session.Terminal.FullPath(session.Get(_file)!);
        TransferFile.OpenRead(path).Dispose();
        JsonElement prepared = TransferJson.DataOf(await session.SendAsync(input: null, cancellationToken).ConfigureAwait(false));
        string folder = prepared.GetProperty("folder").GetString()!;
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !session.Get(_force))
            throw new AdminCommandException(ExitCode.NotApplicable, $"the data folder {folder} has contents; --force replaces them");
        try
        {
            ServerDataSummary summary = await Task.Run(
                () => BackupRestorer.RestoreAsync(
                    path, folder, session.Get(_force), AdminCaller.Console.Name, new BackupProgressLine(session.Terminal), cancellationToken),
                cancellationToken).ConfigureAwait(false);
            string input = JsonSerializer.Serialize(summary, TransferJsonContext.Default.ServerDataSummary);
            return await session.SendAsync(input, cancellationToken).ConfigureAwait(false);
        }
        catch (ServerLibException e)
        {
            throw new AdminCommandException(ExitCode.CouldNotRun, e.Message);
        }
        finally
        {
            session.Terminal.ShowProgress(null);
        }
    }

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string folder = Path.GetFullPath(request.Service<IOptions<ServerOptions>>().Value.DataDirectory);
        request.Data = new { folder };
        if (TransferJson.TryRead(request.Input, TransferJsonContext.Default.ServerDataSummary) is not { } summary)
            return Task.FromResult(ExitCode.Done);
        request.Data = new { folder, accounts = summary.Accounts, auditEntries = summary.AuditEntries, auditProblem = summary.AuditProblem };
        if (summary.AuditProblem is { } problem)
            request.WriteLine($"the audit trail was changed before the backup: {problem}");
        return Task.FromResult(request.Done(request.Service<IOptions<AdministrationOptions>>().Value.BackupOfAccounts is { } elsewhere
            ? $"restored the data folder {folder} without the accounts. {elsewhere}"
            : $"restored {Count.Of(summary.Accounts ?? 0, "account")} into {folder}"));
    }
}
