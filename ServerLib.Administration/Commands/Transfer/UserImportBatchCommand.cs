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
        if (TransferJson.TryRead(request.Input, TransferJsonContext.Default.ImportBatch) is not { } batch || TryConvert(batch) is not { } records)
            return request.Refuse(ExitCode.WrongUsage, "user import sends this command");
        IAccountTransfer accounts = request.Service<IAccountTransfer>();
        IReadOnlyList<bool> exist = await accounts.HaveAccountsAsync([.. (batch.Names ?? []).OfType<string>()], cancellationToken).ConfigureAwait(false);
        IReadOnlyList<AccountAddition> results = await AccountAdditions.AddAsync(
            request, "user import", records, cancellationToken).ConfigureAwait(false);
        PasswordHashingOptions hashing = request.Service<IOptions<ServerOptions>>().Value.PasswordHashing;
        request.Data = new
        {
            exist,
            results = results.Select(result => new { added = result.IsAdded, problem = result.Problem }),
            hashing = new { hashing.MemorySize, hashing.Iterations, hashing.Parallelism },
        };
        return ExitCode.Done;
    }

    /// <returns><see langword="null"/> if a client has sent accounts that are not valid.</returns>
    private static AccountRecord[]? TryConvert(ImportBatch batch)
    {
        try
        {
            return [.. (batch.Accounts ?? []).Select(line => line?.ToAccount() ?? throw new FormatException("it is null"))];
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
