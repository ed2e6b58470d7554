using Microsoft.Extensions.Logging;
using ServerLib.Diagnostics;
using ServerLib.Files;

namespace ServerLib.Accounts;

/// <summary>
/// Writes what logins change in accounts. No login waits for it: with a full disk, users can still log in. While the database cannot be
/// written, up to <see cref="Capacity"/> records wait in memory. The fields are used on the database's thread only.
/// </summary>
internal sealed class LoginRecords(LiteDbDataSource source, ILogger logger)
{
    /// <summary>The most records that wait. Further ones are lost.</summary>
    public const int Capacity = 10_000;

    private readonly Queue<LoginRecord> _waiting = new();
    private bool _hasLost;

    /// <summary>Writes a record, or keeps it for later.</summary>
    /// <param name="record">The record.</param>
    /// <param name="handled">
    /// Is called on the database's thread at the first attempt to write, with whether the account exists, or might exist.
    /// </param>
    public void Add(LoginRecord record, Action<bool>? handled = null)
    {
        bool isHandled = false;
        bool isWaiting = false;
        LoginRecord[] chunk = [];
        Post(new DatabaseOperation<UserStore, bool>(
            store =>
            {
                // In this order, because an account's counters say which records were written.
                bool exists = true;
                if (_waiting.Count > 0)
                {
                    Keep();
                    chunk = ApplyFirst(store);
                }
                else
                {
                    exists = record.Apply(store);
                }

                Handle(exists);
                return true;
            },
            committed: _ => Remove(chunk),
            failed: _ =>
            {
                Keep();
                Handle(exists: true);
                return false;
            }));

        void Handle(bool exists)
        {
            if (!isHandled)
                handled?.Invoke(exists);
            isHandled = true;
        }

        void Keep()
        {
            if (!isWaiting)
                this.Keep(record);
            isWaiting = true;
        }
    }

    /// <summary>Writes an attempt with an unknown name. It is not kept for later.</summary>
    public void AddUnknown(string address) => Post(new DatabaseOperation<UserStore, bool>(
        store =>
        {
            if (_waiting.Count == 0)
                store.RecordUnknownAttempt(address);
            return true;
        },
        failed: _ => false));

    /// <summary>
    /// Drops an account's records that wait, because the account is removed. The next account with its name must not get them. Call this on the
    /// database's thread.
    /// </summary>
    public void Forget(string key)
    {
        for (int left = _waiting.Count; left > 0; left--)
        {
            LoginRecord record = _waiting.Dequeue();
            if (record.Key != key)
                _waiting.Enqueue(record);
        }
    }

    /// <summary>Writes the records that wait.</summary>
    /// <exception cref="ServerLibException">The database failed. They still wait.</exception>
    public async Task SaveAsync()
    {
        while (await SaveChunkAsync().ConfigureAwait(false))
        {
        }
    }

    private async Task<bool> SaveChunkAsync()
    {
        LoginRecord[] chunk = [];
        return await source.RunAsync(
            new DatabaseOperation<UserStore, bool>(
                store =>
                {
                    chunk = ApplyFirst(store);
                    return _waiting.Count > chunk.Length;
                },
                committed: _ => Remove(chunk)),
            always: true).ConfigureAwait(false);
    }

    private LoginRecord[] ApplyFirst(UserStore store)
    {
        LoginRecord[] chunk = [.. _waiting.Take(LiteDbDataSource.ChunkSize)];
        foreach (LoginRecord record in chunk)
            record.Apply(store);
        return chunk;
    }

    private void Remove(LoginRecord[] chunk)
    {
        foreach (LoginRecord record in chunk)
        {
            // Another operation may have written it in the same transaction.
            if (_waiting.TryPeek(out LoginRecord? first) && first == record)
                _waiting.Dequeue();
        }

        _hasLost &= _waiting.Count > 0;
    }

    private void Keep(LoginRecord record)
    {
        if (_waiting.Count < Capacity)
        {
            _waiting.Enqueue(record);
        }
        else if (!_hasLost)
        {
            _hasLost = true;
            UserDatabaseEvents.LoginsLost(logger, Capacity);
        }
    }

    private void Post(DatabaseOperation<UserStore, bool> operation)
    {
        // Nobody awaits it. It fails only if the database is closed.
        Task<bool> posted = source.RunAsync(operation, always: true);
        if (posted.IsFaulted)
            _ = posted.Exception;
    }
}
