namespace ServerLib.ActivityLog;

/// <summary>When the activity log's file is renamed, and which older files are kept.</summary>
/// <param name="MaxSize">The size of a full file, in bytes.</param>
/// <param name="OlderFiles">The number of older files that are kept.</param>
internal sealed record LogRotation(int MaxSize, int OlderFiles)
{
    /// <summary>Whether a new file begins each day (UTC).</summary>
    public bool IsDaily { get; init; }

    /// <summary>How long older files are kept. Zero: without a limit.</summary>
    public TimeSpan Retention { get; init; }
}
