namespace ServerLib.Administration.Import;

/// <summary>How far an import is.</summary>
/// <param name="Bytes">The bytes of the file that were read.</param>
/// <param name="TotalBytes">The size of the file.</param>
/// <param name="Added">The accounts that were added.</param>
/// <param name="Existing">The accounts that were there already.</param>
/// <param name="Skipped">The entries that cannot be imported.</param>
/// <param name="Left">An estimate of the remaining time; <see langword="null"/> at the start.</param>
internal sealed record ImportProgress(long Bytes, long TotalBytes, long Added, long Existing, long Skipped, TimeSpan? Left);
