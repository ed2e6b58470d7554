using ServerLib.ActivityLog;

namespace ServerLib;

/// <summary>How the activity log is written.</summary>
public sealed class ActivityLogOptions
{
    internal const string DefaultLineFormat = "log [{index}] >> {message}";
    internal const int DefaultMaxFileSize = 64 * 1024 * 1024;
    internal const int DefaultOlderFiles = 4;

    /// <summary>The file's name in <see cref="ServerOptions.DataDirectory"/>, or a path. Default <c>activity.log</c>.</summary>
    public string File { get; set; } = "activity.log";

    /// <summary>
    /// The form of a line, in which <c>{index}</c>, <c>{message}</c> and <c>{timestamp}</c> (UTC, ISO 8601) are filled in.
    /// Default <c>log [{index}] &gt;&gt; {message}</c>.
    /// </summary>
    public string LineFormat { get; set; } = DefaultLineFormat;

    /// <summary>
    /// How many bytes the file may have until it is renamed and another begins; it is then larger by at most 512 lines. 65,536 or more,
    /// default 67,108,864 (64 MiB).
    /// </summary>
    public int MaxFileSize { get; set; } = DefaultMaxFileSize;

    /// <summary>
    /// How many of the older files are kept, the newest with <c>.1</c> behind its name. 1 to 1,000, default 4.
    /// </summary>
    public int OlderFiles { get; set; } = DefaultOlderFiles;
}
