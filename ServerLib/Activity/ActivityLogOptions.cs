namespace ServerLib;

/// <summary>How the activity log is written.</summary>
public sealed class ActivityLogOptions
{
    internal const string DefaultLineFormat = "log [{index}] >> {message}";

    /// <summary>The file's name in <see cref="ServerOptions.DataDirectory"/>, or a path. Default <c>activity.log</c>.</summary>
    public string File { get; set; } = "activity.log";

    /// <summary>
    /// The form of a line, in which <c>{index}</c>, <c>{message}</c> and <c>{timestamp}</c> (UTC, ISO 8601) are filled in.
    /// Default <c>log [{index}] &gt;&gt; {message}</c>.
    /// </summary>
    public string LineFormat { get; set; } = DefaultLineFormat;
}
