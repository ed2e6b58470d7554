using Microsoft.Extensions.Logging;

namespace ServerLib.Accounts;

/// <summary>
/// Who logged on, off, or failed to, in a file of its own, <c>history.db</c>. Nobody waits for it; while it can't be written its
/// entries are lost, with one warning.
/// </summary>
internal sealed partial class ConnectionHistory : IAsyncDisposable
{
    /// <summary>How many entries are deleted in one transaction.</summary>
    public const int DeleteChunk = 1_000;

    private const int Capacity = 10_000;
    private const int MaxName = 64;
    private static readonly TimeSpan DeleteEvery = TimeSpan.FromDays(1);

    private readonly string _path;
    private readonly TimeSpan _retention;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DatabaseThread<HistoryStore> _thread;
    private readonly ITimer _deleting;
    private int _isFailing;

    /// <param name="folder">The data folder.</param>
    /// <param name="retention">How long entries are kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where the warning goes.</param>
    /// <param name="openStream">Opens the database's files.</param>
    public ConnectionHistory(string folder, TimeSpan retention, TimeProvider time, ILogger logger, Func<string, Stream> openStream)
    {
        _path = Path.Combine(folder, "history.db");
        _retention = retention;
        _time = time;
        _logger = logger;
        _thread = DatabaseThread<HistoryStore>.Start(
            "ServerLib history", () => HistoryStore.Open(_path, openStream), mustOpen: false, Capacity, time, Warn, Recovered);
        _deleting = time.CreateTimer(_ => _ = DeleteOldAsync(), null, TimeSpan.Zero, DeleteEvery);
    }

    /// <summary>Adds an entry; returns at once.</summary>
    public void Add(HistoryEvent what, string name, string address)
    {
        var entry = new HistoryEntry(_time.GetUtcNow(), what, name.Length > MaxName ? name[..MaxName] : name, address);
        _ = ObserveAsync(_thread.RunAsync(new DatabaseOperation<HistoryStore, bool>(store =>
        {
            store.Add(entry);
            return true;
        })));
    }

    /// <summary>The newest entries, the newest first.</summary>
    /// <exception cref="ServerLibException">The history can't be read.</exception>
    public Task<List<HistoryEntry>> ReadNewestAsync(int count) =>
        _thread.RunAsync(new DatabaseOperation<HistoryStore, List<HistoryEntry>>(store => store.ReadNewest(count)));

    /// <summary>Writes what is still waiting, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _deleting.DisposeAsync().ConfigureAwait(false);
        await _thread.DisposeAsync().ConfigureAwait(false);
    }

    private async Task DeleteOldAsync()
    {
        DateTimeOffset limit = _time.GetUtcNow() - _retention;
        int deleted = DeleteChunk;
        while (deleted == DeleteChunk)
        {
            deleted = await ObserveAsync(_thread.RunAsync(new DatabaseOperation<HistoryStore, int>(
                store => store.DeleteBefore(limit, DeleteChunk)))).ConfigureAwait(false);
        }
    }

    private async Task<T?> ObserveAsync<T>(Task<T> task)
    {
        try
        {
            return await task.ConfigureAwait(false);
        }
        catch (ServerLibException e)
        {
            Warn(e);
            return default;
        }
    }

    private void Warn(Exception reason)
    {
        if (Interlocked.Exchange(ref _isFailing, 1) == 0)
            LogUnwritable(_path, reason);
    }

    private void Recovered()
    {
        if (Interlocked.Exchange(ref _isFailing, 0) != 0)
            LogRecovered(_path);
    }

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "The history {File} can't be written, and lacks what happens until it can. If it is damaged, move it away: a new one is made")]
    private partial void LogUnwritable(string file, Exception exception);

    [LoggerMessage(11, LogLevel.Information, "The history {File} is written again")]
    private partial void LogRecovered(string file);
}
