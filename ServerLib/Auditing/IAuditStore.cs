namespace ServerLib;

/// <summary>
/// Stores the records of an <see cref="AuditTrail"/>, which form one chain. Several servers can share a trail: their stores then use the same
/// records. The trail numbers the entries and computes the hashes. A store keeps the records exactly as it gets them.
/// </summary>
/// <remarks>
/// <para>
/// An implementation has to guarantee: records are only appended after the newest one, see <see cref="TryAppendAsync"/>; they are all stored
/// or none; they do not change; and they are only deleted by <see cref="DeleteUpToAsync"/>. A text may contain any valid Unicode, also U+0000.
/// Times have to be exact to milliseconds. All members can be called at the same time.
/// </para>
/// <para>
/// A method throws <see cref="ServerLibException"/> if it fails. It has to end in a limited time. It may try again for a while before it
/// throws: entries wait meanwhile. <c>AuditStoreContract</c> and <c>SharedAuditStoreContract</c> in <c>ServerLib.Testing</c> verify the
/// rules.
/// </para>
/// </remarks>
public interface IAuditStore
{
    /// <summary>What log messages call the store, such as a file's path. Default the name of the class.</summary>
    string Description => GetType().Name;

    /// <summary>
    /// Appends records after the newest one, in one step: another call, also of another server, sees all of them or none, and of several calls
    /// at the same time only one can succeed after the same record.
    /// </summary>
    /// <param name="records">
    /// One or more records. Each follows the one before it: its number is one higher, and its <see cref="AuditRecord.Previous"/> is the hash of
    /// the other. The store need not check this, nor the hashes.
    /// </param>
    /// <param name="cancellationToken">Cancels the call. The records may have been stored nevertheless.</param>
    /// <returns>
    /// <see langword="true"/> if the records are stored. <see langword="false"/>, and nothing is stored, if the first one does not follow the
    /// newest record of the store. Any record follows an empty store.
    /// </returns>
    /// <exception cref="ServerLibException">It failed. The records may have been stored nevertheless, but only all of them.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    ValueTask<bool> TryAppendAsync(IReadOnlyList<AuditRecord> records, CancellationToken cancellationToken = default);

    /// <summary>Reads the records with the next lower numbers, including all that any server has appended before this call.</summary>
    /// <param name="number">The records have lower numbers than this. <see cref="long.MaxValue"/> for the newest record.</param>
    /// <param name="count">The maximum number of records, 1 or more.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The records, the newest first; empty if there are none.</returns>
    /// <exception cref="ServerLibException">The records cannot be read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    ValueTask<IReadOnlyList<AuditRecord>> ReadBeforeAsync(long number, int count, CancellationToken cancellationToken = default);

    /// <summary>Reads the records with the next higher numbers, including all that any server has appended before this call.</summary>
    /// <param name="number">The records have higher numbers than this. <see cref="long.MinValue"/> for the oldest record.</param>
    /// <param name="count">The maximum number of records, 1 or more.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The records, the oldest first; empty if there are none.</returns>
    /// <exception cref="ServerLibException">The records cannot be read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    ValueTask<IReadOnlyList<AuditRecord>> ReadAfterAsync(long number, int count, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes the records with this number and lower ones, the oldest first. Does nothing if there are none. It may delete them in several
    /// steps, between which other calls go on. If it is interrupted, the rest stays. The newest record is never deleted.
    /// </summary>
    /// <param name="number">The last number to delete.</param>
    /// <param name="cancellationToken">Cancels the call. Some records may have been deleted.</param>
    /// <exception cref="ServerLibException">It failed. Some records may have been deleted.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    ValueTask DeleteUpToAsync(long number, CancellationToken cancellationToken = default);

    /// <summary>
    /// Completes when all records that were appended before are on disk, so that no power failure removes them. Default: at once, for a store
    /// whose <see cref="TryAppendAsync"/> guarantees it already.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServerLibException">It failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
}
