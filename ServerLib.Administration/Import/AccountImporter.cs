using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ServerLib.Administration.Import;

/// <summary>
/// Adds the accounts in a file to a user database. Accounts that exist are never changed, so an import that was interrupted is continued by
/// running it again.
/// </summary>
/// <param name="accounts">The accounts of the server.</param>
/// <param name="hasher">Hashes the weak hashes of the existing system again.</param>
/// <param name="findNameProblem">Finds out why nobody can have a name, as a sentence.</param>
/// <param name="time">The clock.</param>
internal sealed class AccountImporter(
    IAccountTransfer accounts, IPasswordHasher hasher, Func<string, string?> findNameProblem, TimeProvider time)
{
    /// <summary>The number of entries that are handled at a time.</summary>
    public const int ChunkSize = 100;

    private readonly HashSet<UInt128> _seen = [];
    private long _added;
    private long _existing;
    private long _skipped;
    private long _start;
    private long _startPosition;

    /// <summary>Imports a file.</summary>
    /// <param name="file">The file, at its beginning.</param>
    /// <param name="format">The file's format.</param>
    /// <param name="bad">Is called for each entry that cannot be imported.</param>
    /// <param name="progress">Is called at the start and after each hundred entries. Default: nothing.</param>
    /// <param name="cancellationToken">Interrupts the import.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ServerLibException">The user database failed.</exception>
    public async Task<ImportProgress> RunAsync(
        Stream file,
        ImportFormat format,
        Func<ImportEntry, ValueTask> bad,
        IProgress<ImportProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        _start = time.GetTimestamp();
        progress?.Report(Progress(file));
        foreach (ImportEntry[] chunk in ImportFile.Read(file, format).Chunk(ChunkSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!await AddAsync([.. chunk.Select(Check)], bad, cancellationToken).ConfigureAwait(false))
                (_start, _startPosition) = (time.GetTimestamp(), file.Position);
            progress?.Report(Progress(file));
        }

        return Progress(file);
    }

    /// <remarks>What an earlier run has added takes no time, so the remaining time is estimated from what comes after it.</remarks>
    private ImportProgress Progress(Stream file)
    {
        long read = file.Position - _startPosition;
        TimeSpan? left = read > 0 ? time.GetElapsedTime(_start) * ((double)(file.Length - file.Position) / read) : null;
        return new ImportProgress(file.Position, file.Length, _added, _existing, _skipped, left);
    }

    private ImportEntry Check(ImportEntry entry)
    {
        if (entry.Account is not { } account)
            return entry;
        string? problem = findNameProblem(account.Name)?.TrimEnd('.')
            ?? account.FindProblem()
            ?? (entry.HasOldHash ? null : hasher.FindProblem(account.PasswordHash));
        if (problem is not null)
            return entry.WithProblem(problem);
        return _seen.Add(DigestOf(account.Name)) ? entry : entry.WithProblem("the file has this name twice");
    }

    /// <returns>Whether there was anything to add.</returns>
    private async Task<bool> AddAsync(ImportEntry[] entries, Func<ImportEntry, ValueTask> bad, CancellationToken cancellationToken)
    {
        ImportEntry[] good = [.. entries.Where(entry => entry.Account is not null)];
        IReadOnlyList<bool> exist = await accounts
            .HaveAccountsAsync([.. good.Select(entry => entry.Account!.Name)], cancellationToken).ConfigureAwait(false);
        ImportEntry[] missing = [.. good.Where((_, i) => !exist[i])];
        AccountRecord[] complete = await Task.WhenAll(missing.Select(entry => WrapAsync(entry, cancellationToken))).ConfigureAwait(false);
        IReadOnlyList<AccountAddition> results = await accounts.AddAccountsAsync(complete, cancellationToken).ConfigureAwait(false);
        ImportEntry[] refused = [.. missing.Zip(results, Refusal).OfType<ImportEntry>()];
        int added = results.Count(result => result.IsAdded);
        _added += added;
        _existing += good.Length - added - refused.Length;
        foreach (ImportEntry entry in entries.Where(entry => entry.Account is null).Concat(refused).OrderBy(entry => entry.Line))
        {
            _skipped++;
            await bad(entry).ConfigureAwait(false);
        }

        return missing.Length > 0;

        static ImportEntry? Refusal(ImportEntry entry, AccountAddition result) =>
            result.Problem is { } problem ? entry.WithProblem(problem) : null;
    }

    private async Task<AccountRecord> WrapAsync(ImportEntry entry, CancellationToken cancellationToken)
    {
        AccountRecord account = entry.Account!;
        if (!entry.HasOldHash)
            return account;
        string hash = await hasher.WrapAsync(account.PasswordHash, cancellationToken).ConfigureAwait(false)
            ?? throw new ServerLibException("The queue of the password hasher is full. Run the import again to continue it.");
        return account with { PasswordHash = hash };
    }

    // A file of a gigabyte has millions of names, which would take much more memory.
    private static UInt128 DigestOf(string name) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(UserName.Key(name)!)));
}
