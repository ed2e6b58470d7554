namespace ServerLib;

/// <summary>Sessions that survive a lost connection (configuration section <c>ServerLib:Sessions</c>).</summary>
public sealed class SessionOptions
{
    /// <summary>
    /// How long the server keeps the session of a client whose connection is lost. A client that supports it resumes the session within
    /// this time: no message is lost, and other users see nobody leave. Zero turns this off. Default 30 seconds.
    /// </summary>
    public TimeSpan ResumeWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many bytes the server keeps for all clients whose connections are lost. If there are more, the sessions that were lost first end.
    /// For one session it keeps at most <see cref="ServerLimits.MaxQueuedBytes"/>. Default 67,108,864 (64 MiB).
    /// </summary>
    public int MaxRetainedBytes { get; set; } = 64 * 1024 * 1024;
}
