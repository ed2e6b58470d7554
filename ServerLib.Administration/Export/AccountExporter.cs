using System.Text.Json;

namespace ServerLib.Administration.Export;

/// <summary>Writes all accounts as lines of JSON.</summary>
/// <param name="accounts">The accounts of the server.</param>
internal sealed class AccountExporter(IAccountTransfer accounts)
{
    private const int PageSize = 100;

    /// <summary>The line of one account, without its end.</summary>
    /// <param name="account">The account.</param>
    /// <param name="withHash">Whether the line contains the password hash.</param>
    public static byte[] ToLine(AccountRecord account, bool withHash) =>
        JsonSerializer.SerializeToUtf8Bytes(AccountLine.From(account, withHash), AccountLineJson.Default.AccountLine);

    /// <summary>Writes all accounts.</summary>
    /// <param name="output">The output. It stays open.</param>
    /// <param name="withHashes">Whether the lines contain password hashes.</param>
    /// <param name="progress">Is called with the number of accounts after each page. Default: nothing.</param>
    /// <param name="cancellationToken">Cancels; some accounts may have been written.</param>
    /// <returns>The number of accounts.</returns>
    /// <exception cref="ServerLibException">The user database failed.</exception>
    public async Task<long> WriteAsync(
        Stream output, bool withHashes, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        long count = 0;
        string? next = null;
        do
        {
            AccountPage page = await accounts.ReadAccountsAsync(PageSize, next, cancellationToken).ConfigureAwait(false);
            foreach (AccountRecord account in page.Accounts)
                await output.WriteAsync((byte[])[.. ToLine(account, withHashes), (byte)'\n'], cancellationToken).ConfigureAwait(false);
            count += page.Accounts.Count;
            progress?.Report(count);
            next = page.Next;
        }
        while (next is not null);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return count;
    }
}
