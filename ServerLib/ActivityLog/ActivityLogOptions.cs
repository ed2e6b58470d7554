using ServerLib.ActivityLog;

namespace ServerLib;

/// <summary>The activity log (configuration section <c>ServerLib:ActivityLog</c>).</summary>
public sealed class ActivityLogOptions
{
    internal const string DefaultLineFormat = "log [{index}] >> {message}";
    internal const int DefaultMaxFileSize = 64 * 1024 * 1024;
    internal const int DefaultOlderFiles = 4;

    /// <summary>The file's name in <see cref="ServerOptions.DataDirectory"/>, or its path. Default <c>activity.log</c>.</summary>
    public string File { get; set; } = "activity.log";

    /// <summary>
    /// The format of the file. Default <see cref="ActivityLogFormat.Classic"/>, the format of the specification. The default of the program
    /// <c>serverlib</c> is <see cref="ActivityLogFormat.Text"/>: each line begins with the time and the level.
    /// </summary>
    public ActivityLogFormat Format { get; set; } = ActivityLogFormat.Classic;

    /// <summary>
    /// The format of a line, if <see cref="Format"/> is <see cref="ActivityLogFormat.Classic"/>. It must contain <c>{message}</c>, and may contain <c>{index}</c> and <c>{timestamp}</c> (UTC, ISO 8601).
    /// Default <c>log [{index}] &gt;&gt; {message}</c>.
    /// </summary>
    public string LineFormat { get; set; } = DefaultLineFormat;

    /// <summary>
    /// The size in bytes at which the file is renamed and a new one begins, 65,536 or more. The file can be larger by up to 512 lines.
    /// Default 67,108,864 (64 MiB).
    /// </summary>
    public int MaxFileSize { get; set; } = DefaultMaxFileSize;

    /// <summary>The number of older files that are kept, 1 to 1,000. The name of the newest one ends with <c>.1</c>. Default 4.</summary>
    public int OlderFiles { get; set; } = DefaultOlderFiles;

    /// <summary>
    /// Whether the file is also renamed when the day (UTC) has ended, before the first line of the next day. Default
    /// <see langword="false"/>.
    /// </summary>
    public bool RollDaily { get; set; }

    /// <summary>
    /// How long older files are kept, 1 to 3,650 days, counted from their last line. Files that are older are deleted when a file is opened or
    /// renamed. Default zero: without a limit, so that only <see cref="OlderFiles"/> counts.
    /// </summary>
    public TimeSpan Retention { get; set; }
}
