using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.ActivityLog;
using ServerLib.Files;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>
/// The activity log: a text file to which each opening appends <c>ID : {userid} NAME : {username} </c> and each message a line,
/// <c>log [{index}] &gt;&gt; {message}</c> by default, the index counting from 0 for each opening.
/// </summary>
/// <remarks>
/// Lines are written by a thread of the log's own. A disk that is full or can't be written costs lines and one warning; the file
/// is tried again every ten seconds. <see cref="Dispose"/> writes what is still waiting. A file that has reached its size is renamed:
/// <c>.1</c> behind its name is the newest of the older ones, and the oldest is deleted.
/// </remarks>
public sealed partial class Log : ILog, IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private readonly string _userId;
    private readonly string _username;
    private readonly string _logFile;
    private readonly LineFormat _format;
    private readonly int _maxFileSize;
    private readonly int _olderFiles;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LineQueue _queue;
    private FileStream? _file;
    private DateTimeOffset _retryAt;
    private long _index;
    private long _lost;
    private bool _failing;
    private bool _tornLine;

    /// <summary>Opens the file and appends the identification.</summary>
    /// <param name="userid">The admin's number. Default <c>N/A</c>.</param>
    /// <param name="username">The admin's name. Default <c>N/A</c>.</param>
    /// <param name="logFile">The file's path. Default <c>output.txt</c> in the current directory.</param>
    /// <param name="lineFormat">The form of a line, see <see cref="ActivityLogOptions.LineFormat"/>.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="logger">Where the one warning goes. Default nowhere.</param>
    /// <param name="maxFileSize">How many bytes a file may have, see <see cref="ActivityLogOptions.MaxFileSize"/>. Default 64 MiB.</param>
    /// <param name="olderFiles">How many older files are kept, at least 1. Default 4.</param>
    /// <exception cref="ServerLibException"><paramref name="logFile"/> is no path, or <paramref name="lineFormat"/> no format.</exception>
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
        int olderFiles = ActivityLogOptions.DefaultOlderFiles)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFileSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(olderFiles, 1);
        (_maxFileSize, _olderFiles) = (maxFileSize, olderFiles);
        _userId = userid;
        _username = username;
        _time = timeProvider ?? TimeProvider.System;
        _logger = logger ?? (ILogger)NullLogger.Instance;
        try
        {
            _logFile = Path.GetFullPath(logFile);
            _format = new LineFormat(lineFormat);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw ServerLibException.Wrap(e, nameof(Log));
        }

        Open();
        _queue = new LineQueue("ServerLib activity log", Write);
    }

    /// <summary>Appends a message, with control characters escaped. Returns at once.</summary>
    /// <param name="message">The message.</param>
    public void Logging(string message) => _queue.Add(TextSanitizer.Escape(message));

    /// <summary>Writes what is still waiting, and closes the file.</summary>
    public void Dispose()
    {
        _queue.Dispose();
        _file?.Dispose();
        _file = null;
    }

    private void Open()
    {
        try
        {
            if (Path.GetDirectoryName(_logFile) is { Length: > 0 } folder)
                OwnerOnly.CreateDirectory(folder);
            RegularFile.CheckWritable(_logFile);
            _file = new FileStream(_logFile, OwnerOnly.File(FileMode.Append, FileShare.ReadWrite | FileShare.Delete));
            Append($"ID : {TextSanitizer.Escape(_userId)} NAME : {TextSanitizer.Escape(_username)} \n");
            _index = 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e);
        }
    }

    private void Write(IReadOnlyList<string> messages)
    {
        if (_file is null && _time.GetUtcNow() >= _retryAt)
            Open();
        RollWhereFull();
        _lost += _queue.TakeLost();
        if (_file is null)
        {
            _lost += messages.Count;
            return;
        }

        var lines = new StringBuilder();
        foreach (string message in messages)
            lines.Append(_format.Format(_index++, message, _time.GetUtcNow())).Append('\n');
        try
        {
            Append(lines.ToString());
            Recovered();
        }
        catch (IOException e)
        {
            _lost += messages.Count;
            Fail(e);
        }
    }

    private void Append(string text)
    {
        // A write that fails may leave half a line.
        byte[] bytes = Encoding.UTF8.GetBytes(_tornLine ? "\n" + text : text);
        _tornLine = true;
        _file!.Write(bytes);
        _tornLine = false;
    }

    private void Recovered()
    {
        if (_failing || _lost > 0)
            LogRecovered(_logFile, _lost);
        _failing = false;
        _lost = 0;
    }

    private void Fail(Exception e)
    {
        if (!_failing)
            LogUnwritable(_logFile, e.Message);
        _failing = true;
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // It was to be closed anyway.
        }

        _file = null;
        _retryAt = _time.GetUtcNow() + RetryAfter;
    }

    [LoggerMessage(1, LogLevel.Warning, "The activity log {File} can't be written, its lines are lost until it can: {Reason}")]
    private partial void LogUnwritable(string file, string reason);

    [LoggerMessage(2, LogLevel.Warning, "The activity log {File} is written again; {Lost} lines were lost")]
    private partial void LogRecovered(string file, long lost);
}
