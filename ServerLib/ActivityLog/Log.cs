using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.ActivityLog;

namespace ServerLib;

/// <summary>
/// The activity log, a text file. When the file is opened, the line <c>ID : {userid} NAME : {username} </c> is appended. Each message is a
/// line, by default <c>log [{index}] &gt;&gt; {message}</c>. The index begins with 0 whenever the file is opened. Other formats are in
/// <see cref="ActivityLogFormat"/>.
/// </summary>
/// <remarks>
/// The log writes lines on its own thread. If the file cannot be written, lines are lost, with one warning, and the log tries again every
/// ten seconds. A full file is renamed: the name of the newest older file ends with <c>.1</c>. The oldest file is deleted. Other programs
/// may truncate, move or delete the file. At most once a second, the log checks whether the file is still in its place, and opens a new
/// file if it is not.
/// </remarks>
public sealed class Log : IStructuredLog, IDisposable, IAsyncDisposable
{
    private readonly LogWriter _writer;
    private readonly LineQueue<ActivityEntry> _queue;

    /// <summary>Opens the file and appends the first line.</summary>
    /// <param name="userid">The admin's number. Default <c>N/A</c>.</param>
    /// <param name="username">The admin's name. Default <c>N/A</c>.</param>
    /// <param name="logFile">The path of the file. Default <c>output.txt</c> in the current directory.</param>
    /// <param name="lineFormat">The format of a line, see <see cref="ActivityLogOptions.LineFormat"/>.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="logger">The log for warnings. Default none.</param>
    /// <param name="maxFileSize">
    /// The size of a full file in bytes, see <see cref="ActivityLogOptions.MaxFileSize"/>. Default 64 MiB.
    /// </param>
    /// <param name="olderFiles">The number of older files that are kept, 1 or more. Default 4.</param>
    /// <param name="problems">Where a failure to write the file is reported. Default none.</param>
    /// <param name="format">The format. Default that of the specification.</param>
    /// <param name="rollDaily">Whether a new file begins each day, see <see cref="ActivityLogOptions.RollDaily"/>. Default no.</param>
    /// <param name="retention">How long older files are kept, see <see cref="ActivityLogOptions.Retention"/>. Default without a limit.</param>
    /// <exception cref="ServerLibException"><paramref name="logFile"/> or <paramref name="lineFormat"/> is invalid.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="maxFileSize"/> or <paramref name="olderFiles"/> is less than 1.
    /// </exception>
    public Log(
        string userid = "N/A",
        string username = "N/A",
        string logFile = "output.txt",
        string lineFormat = ActivityLogOptions.DefaultLineFormat,
        TimeProvider? timeProvider = null,
        ILogger<Log>? logger = null,
        int maxFileSize = ActivityLogOptions.DefaultMaxFileSize,
        int olderFiles = ActivityLogOptions.DefaultOlderFiles,
        ServerProblems? problems = null,
        ActivityLogFormat format = ActivityLogFormat.Classic,
        bool rollDaily = false,
        TimeSpan retention = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFileSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(olderFiles, 1);
        TimeProvider time = timeProvider ?? TimeProvider.System;
        try
        {
            ILineFormat lines = LineFormats.Create(format, lineFormat);
            _writer = new LogWriter(
                new LogFile(
                    Path.GetFullPath(logFile),
                    () => $"{lines.Opening(userid, username, time.GetUtcNow())}\n",
                    new LogRotation(maxFileSize, olderFiles) { IsDaily = rollDaily, Retention = retention },
                    time),
                lines,
                time,
                logger ?? (ILogger)NullLogger.Instance,
                problems);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw ServerLibException.Wrap(e, nameof(Log));
        }

        _queue = new LineQueue<ActivityEntry>("ServerLib activity log", Write);
    }

    /// <summary>Appends a message, with control characters escaped. Returns at once.</summary>
    /// <param name="message">The message.</param>
    public void Logging(string message) => Logging(new ActivityEntry(message));

    /// <summary>Appends a message, with control characters escaped. Returns at once.</summary>
    /// <param name="entry">The message, its level and its structured data.</param>
    public void Logging(ActivityEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        _queue.Add(entry);
    }

    /// <summary>Writes the waiting lines and closes the file. Blocks until that is done.</summary>
    public void Dispose()
    {
        _queue.Dispose();
        _writer.Dispose();
    }

    /// <summary>Writes the waiting lines and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync().ConfigureAwait(false);
        _writer.Dispose();
    }

    private void Write(IReadOnlyList<ActivityEntry> messages) => _writer.Write(messages, _queue.TakeLost());
}
