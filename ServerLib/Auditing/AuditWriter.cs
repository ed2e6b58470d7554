using System.Text;
using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>Appends entries to the audit trail without waiting for them. Thread-safe.</summary>
/// <remarks>
/// Entries that cannot be written are lost and counted. The next one that is written comes after an entry
/// <see cref="AuditEvent.EntriesLost"/> with their number.
/// </remarks>
/// <param name="thread">The thread of the trail's database.</param>
/// <param name="failures">Reports failures.</param>
/// <param name="time">The clock.</param>
internal sealed class AuditWriter(DatabaseThread<AuditStore> thread, AuditFailures failures, TimeProvider time)
{
    /// <summary>The number of entries that may wait to be written.</summary>
    public const int Capacity = 10_000;

    private long _lost;

    /// <summary>Cuts a text to a length, and makes it valid Unicode, which the database engine requires.</summary>
    public static string Cut(string? text, int length)
    {
        string cut = text is null ? "" : text.Length > length ? text[..length] : text;
        return cut.AsSpan().ContainsAnyInRange('\ud800', '\udfff') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(cut)) : cut;
    }

    /// <summary>Appends an entry. Never throws.</summary>
    public void Append(AuditEvent what, string name, string address, string actor, string detail)
    {
        var entry = new AuditEntry(
            time.GetUtcNow(),
            what,
            Cut(name, AuditTrail.MaxNameLength),
            Cut(address, AuditTrail.MaxNameLength),
            Cut(actor, AuditTrail.MaxNameLength),
            Cut(detail, AuditTrail.MaxDetailLength));
        long lost = 0;
        Task<bool> written = thread.RunAsync(new DatabaseOperation<AuditStore, bool>(
            store =>
            {
                // Waits until the queue is short again. Otherwise each entry would have such an entry before it.
                lost = thread.Waiting <= Capacity / 2 ? Interlocked.Exchange(ref _lost, 0) : 0;
                if (lost > 0)
                    store.Add(new AuditEntry(entry.Time, AuditEvent.EntriesLost, ServerOptions.ServerName, "", "", $"{lost}"));
                store.Add(entry);
                return true;
            },
            committed: _ =>
            {
                if (lost > 0)
                    failures.WroteAfterLoss(lost);
            },
            failed: _ =>
            {
                Interlocked.Add(ref _lost, lost + 1);
                return false;
            }));

        // There is no room in the queue, or the trail is closed. Writing the count ends the problem, so the problem comes first.
        if (written.IsFaulted)
        {
            failures.Failed(written.Exception.InnerException!);
            Interlocked.Increment(ref _lost);
        }
    }
}
