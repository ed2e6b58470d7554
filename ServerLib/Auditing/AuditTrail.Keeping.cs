using ServerLib.Auditing;
using ServerLib.Files;

namespace ServerLib;

/// <content>What is done to the trail every now and then.</content>
public sealed partial class AuditTrail
{
    /// <summary>How many entries are deleted in one transaction.</summary>
    internal const int DeleteChunk = 1_000;

    private static readonly TimeSpan DeleteEvery = TimeSpan.FromDays(1);
    private static readonly TimeSpan TellEvery = TimeSpan.FromHours(1);

    /// <summary>
    /// Writes the head to the activity log, unless that has it already. All entries up to it are on the disk by then, lest the log
    /// name one that the machine's next loss of power takes away.
    /// </summary>
    internal async Task TellHeadAsync()
    {
        try
        {
            AuditHead head = await RunAsync(store => store.Head).ConfigureAwait(false);
            if (_log is null || head == Interlocked.Exchange(ref _told, head))
                return;
            await RunAsync(store =>
            {
                store.Sync();
                return true;
            }).ConfigureAwait(false);
            _log.Logging($"[ STATUS ] audit trail at {head}");
        }
        catch (ServerLibException e)
        {
            _told = null;
            Warn(e);
        }
    }

    /// <summary>Begins a chain that says what is to be deleted, and deletes that.</summary>
    private async Task DeleteOldAsync()
    {
        if (Interlocked.Exchange(ref _isDeleting, true))
            return;
        try
        {
            DateTimeOffset now = _time.GetUtcNow();
            SealedEntry? last = await Reader.FindLastBeforeAsync(now - _retention, CancellationToken.None).ConfigureAwait(false);
            if (last is null)
                return;
            await RunAsync(store =>
            {
                store.StartChain(now, last.Head);
                return true;
            }).ConfigureAwait(false);
            while (await RunAsync(store => store.DeleteUpTo(last.Number, DeleteChunk)).ConfigureAwait(false) == DeleteChunk)
            {
            }
        }
        catch (ServerLibException e)
        {
            Warn(e);
        }
        finally
        {
            Volatile.Write(ref _isDeleting, false);
        }
    }

    private Task<T> RunAsync<T>(Func<AuditStore, T> work) => _thread.RunAsync(new DatabaseOperation<AuditStore, T>(work));
}
