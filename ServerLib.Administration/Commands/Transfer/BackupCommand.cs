using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ServerLib.Administration.Backup;

namespace ServerLib.Administration.Commands;

/// <summary>Backs up the server, also while it runs.</summary>
internal sealed class BackupCommand : AdminCommand
{
    private const string About =
        """
        Backs up the server to one verified file, also while it runs

        The file contains the accounts with bans, keys and invitations, the audit trail, the server's key and own
        certificate, and the state of login throttling. It is as secret as the data folder.
        """;

    /// <summary>The input of the first of the two commands, which asks for the data folder.</summary>
    private const string Begin = "begin";

    private readonly Argument<string> _file = new("FILE") { Description = "The file to write" };
    private readonly Option<bool> _force = new("--force") { Description = "Replaces an existing file" };

    public BackupCommand()
        : base("backup", About, CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_file);
        Options.Add(_force);

        // The command is sent twice, and audited once.
        IsAudited = false;
    }

    /// <summary>Writes the file where the admin is, who has to have access to the data folder.</summary>
    public override async Task<CommandOutput> StartAsync(AdminSession session, CancellationToken cancellationToken)
    {
        string path = session.Terminal.FullPath(session.Get(_file)!);
        TransferFile.CheckTarget(path, session.Get(_force));
        JsonElement prepared = TransferJson.DataOf(await session.SendAsync(Begin, cancellationToken).ConfigureAwait(false));
        string folder = prepared.GetProperty("folder").GetString()!;
        var creator = new BackupCreator(TimeProvider.System);
        try
        {
            ServerDataSummary summary = await Task.Run(
                () => creator.Create(folder, path, session.Get(_force), new BackupProgressLine(session.Terminal), cancellationToken),
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

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string file = request.Get(_file)!;
        if (request.Caller.IsRemote)
            return request.Refuse(ExitCode.WrongUsage, "backup works on the server's machine only");
        if (request.Input is null)
            return request.Refuse(ExitCode.WrongUsage, "use a client that writes the file");
        if (request.Input != Begin && TransferJson.TryRead(request.Input, TransferJsonContext.Default.ServerDataSummary) is { } summary)
        {
            request.Data = new { file, accounts = summary.Accounts, auditEntries = summary.AuditEntries, auditHead = summary.AuditHead, auditProblem = summary.AuditProblem };
            string? elsewhere = request.Service<IOptions<AdministrationOptions>>().Value.BackupOfAccounts;
            if (elsewhere is null && summary.Accounts is null)
                request.WriteLine("the accounts are not in the data folder, so they are not in the backup");
            if (summary.AuditProblem is { } problem)
                request.WriteLine($"the audit trail was changed: {problem}");
            return request.Done(elsewhere is null
                ? $"backed up {Count.Of(summary.Accounts ?? 0, "account")} to {file}"
                : $"backed up the data folder without the accounts to {file}. {elsewhere}");
        }

        request.Audit(AuditEvent.AdminCommand, "", $"backup {file}");
        if (request.IsServerRunning && request.FindService<IUserDatabase>() is { } database)
            await database.SaveAsync(cancellationToken).ConfigureAwait(false);
        request.Data = new { folder = Path.GetFullPath(request.Service<IOptions<ServerOptions>>().Value.DataDirectory) };
        return ExitCode.Done;
    }
}
