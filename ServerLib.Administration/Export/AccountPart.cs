using ServerLib.Administration.Commands;

namespace ServerLib.Administration.Export;

/// <summary>Accounts, with password hashes, keys and statistics.</summary>
internal sealed class AccountPart : IExportPart
{
    private const int PageSize = 50;

    public string Name => "accounts";

    public bool IsAvailable(AdminRequest request) => request.FindService<IAccountTransfer>() is not null;

    public bool Contains(ExportLine line) => line.Account is not null;

    public async Task<ExportPage> ReadAsync(AdminRequest request, string? after, CancellationToken cancellationToken)
    {
        // The numbers of broadcasts are in memory for some seconds.
        if (after is null && request.IsServerRunning)
            await request.Service<IUserDatabase>().SaveAsync(cancellationToken).ConfigureAwait(false);
        AccountPage page = await request.Service<IAccountTransfer>().ReadAccountsAsync(PageSize, after, cancellationToken).ConfigureAwait(false);
        return new ExportPage(
            [.. page.Accounts.Select(account => new ExportLine { Account = AccountLine.From(account, withHash: true) })], page.Next);
    }

    public async Task<IReadOnlyList<ImportResult>> AddAsync(
        AdminRequest request, IReadOnlyList<ExportLine> lines, CancellationToken cancellationToken)
    {
        AccountRecord[] accounts = [.. lines.Select(line => line.Account!.ToAccount())];
        IReadOnlyList<AccountAddition> results = await AccountAdditions.AddAsync(request, "import", accounts, cancellationToken)
            .ConfigureAwait(false);
        return [.. accounts.Zip(results, (account, result) => ImportResult.Of($"account {account.Name}", result.IsAdded, result.Problem))];
    }
}
