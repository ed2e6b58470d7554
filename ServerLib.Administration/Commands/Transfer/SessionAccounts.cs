using System.Text.Json;

namespace ServerLib.Administration.Commands;

/// <summary>
/// The accounts of the server to which a session sends commands, or of its files. Batches are small enough for the frames of an admin's
/// connection.
/// </summary>
internal sealed class SessionAccounts(AdminSession session) : IAccountTransfer
{
    /// <summary>The largest input of a command, in bytes of JSON before it is escaped.</summary>
    private const int MaxBatch = 24 * 1024;

    /// <summary>The cost of the server's own hashes.</summary>
    public async ValueTask<PasswordHashingOptions> GetHashingAsync(CancellationToken cancellationToken)
    {
        JsonElement hashing = (await SendAsync(new ImportBatch(), cancellationToken).ConfigureAwait(false)).GetProperty("hashing");
        return new PasswordHashingOptions
        {
            MemorySize = hashing.GetProperty("memorySize").GetInt32(),
            Iterations = hashing.GetProperty("iterations").GetInt32(),
            Parallelism = hashing.GetProperty("parallelism").GetInt32(),
        };
    }

    public async ValueTask<IReadOnlyList<bool>> HaveAccountsAsync(
        IReadOnlyList<string> usernames, CancellationToken cancellationToken = default)
    {
        if (usernames.Count == 0)
            return [];
        JsonElement data = await SendAsync(new ImportBatch(Names: usernames), cancellationToken).ConfigureAwait(false);
        return [.. data.GetProperty("exist").EnumerateArray().Select(exists => exists.GetBoolean())];
    }

    public async ValueTask<IReadOnlyList<AccountAddition>> AddAccountsAsync(
        IReadOnlyList<AccountRecord> accounts, CancellationToken cancellationToken = default)
    {
        List<AccountAddition> results = [];
        List<AccountLine> batch = [];
        int size = 0;
        foreach (AccountLine line in accounts.Select(account => AccountLine.From(account, withHash: true)))
        {
            int length = JsonSerializer.SerializeToUtf8Bytes(line, AccountLineJson.Default.AccountLine).Length;
            if (batch.Count > 0 && size + length > MaxBatch)
                await FlushAsync().ConfigureAwait(false);
            batch.Add(line);
            size += length;
        }

        if (batch.Count > 0)
            await FlushAsync().ConfigureAwait(false);
        return results;

        async Task FlushAsync()
        {
            JsonElement data = await SendAsync(new ImportBatch(Accounts: batch), cancellationToken).ConfigureAwait(false);
            results.AddRange(data.GetProperty("results").EnumerateArray().Select(result => new AccountAddition(
                result.GetProperty("added").GetBoolean(), result.GetProperty("problem").GetString())));
            batch = [];
            size = 0;
        }
    }

    /// <summary>Not used: an export gets lines, not accounts.</summary>
    public ValueTask<AccountPage> ReadAccountsAsync(int count, string? after = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    private async Task<JsonElement> SendAsync(ImportBatch batch, CancellationToken cancellationToken) => TransferJson.DataOf(
        await session.SendAsync(
            UserImportBatchCommand.Path, JsonSerializer.Serialize(batch, TransferJsonContext.Default.ImportBatch), cancellationToken).ConfigureAwait(false));
}
