using System.Text.Json;
using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Adds a part of an import. <c>user import</c> sends it.</summary>
internal sealed class UserImportBatchCommand : AdminCommand
{
    public const string Path = "user import-batch";

    public UserImportBatchCommand()
        : base(Path, "Adds accounts of an import", CommandPlace.ServerOrFiles)
    {
        // RunAsync writes what was added.
        IsAudited = false;
        Hidden = true;
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        if (TransferJson.TryRead(request.Input, TransferJsonContext.Default.ImportBatch) is not { } batch)
            return request.Refuse(ExitCode.WrongUsage, "user import sends this command");
        IAccountTransfer accounts = request.Service<IAccountTransfer>();
        IReadOnlyList<bool> exist = await accounts.HaveAccountsAsync(batch.Names ?? [], cancellationToken).ConfigureAwait(false);
        IReadOnlyList<AccountAddition> results = await AddAsync(request, accounts, batch, cancellationToken).ConfigureAwait(false);
        PasswordHashingOptions hashing = request.Service<IOptions<ServerOptions>>().Value.PasswordHashing;
        request.Data = new
        {
            exist,
            results = results.Select(result => new { added = result.IsAdded, problem = result.Problem }),
            hashing = new { hashing.MemorySize, hashing.Iterations, hashing.Parallelism },
        };
        return ExitCode.Done;
    }

    private static async Task<IReadOnlyList<AccountAddition>> AddAsync(
        AdminRequest request, IAccountTransfer accounts, ImportBatch batch, CancellationToken cancellationToken)
    {
        ServerOptions options = request.Service<IOptions<ServerOptions>>().Value;
        AccountRecord[] records = [.. (batch.Accounts ?? []).Select(line => line.ToAccount())];
        string?[] problems = [.. records.Select(account => FindProblem(account, options))];
        AccountRecord[] good = [.. records.Where((_, i) => problems[i] is null)];
        IReadOnlyList<AccountAddition> additions = await accounts.AddAccountsAsync(good, cancellationToken).ConfigureAwait(false);
        Audit(request, [.. good.Where((_, i) => additions[i].IsAdded)]);
        var added = new Queue<AccountAddition>(additions);
        return [.. problems.Select(problem => problem is null ? added.Dequeue() : new AccountAddition(false, problem.TrimEnd('.')))];
    }

    private static void Audit(AdminRequest request, AccountRecord[] added)
    {
        if (added.Length == 0)
            return;
        request.Audit(AuditEvent.AdminCommand, "", $"user import: {Count.Of(added.Length, "account")} added, the first one {added[0].Name}");
        foreach (AccountRecord admin in added.Where(account => account.IsAdmin))
            request.Audit(AuditEvent.RoleChanged, admin.Name, "grant admin");
    }

    private static string? FindProblem(AccountRecord account, ServerOptions options) =>
        Authenticator.FindNameProblem(account.Name, options) ?? (account.IsAdmin ? Roles.FindAdminProblem(account.Name) : null);
}
