using System.Text;
using Microsoft.Extensions.Logging;
using ServerLib.Diagnostics;

namespace ServerLib.ActivityLog;

/// <summary>
/// Writes messages to the file of the activity log. A failure costs lines and one warning, and the file is opened again later. Not
/// thread-safe.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PlaceInterval = TimeSpan.FromSeconds(1);

    private readonly LogFile _file;
    private readonly ILineFormat _format;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ServerProblems? _problems;
    private long _failed;
    private long _placeChecked;
    private long? _rollFailed;
    private bool _isFailing;
    private bool _cannotRoll;
    private long _index;
    private long _lost;

    /// <summary>Opens the file.</summary>
    public LogWriter(LogFile file, ILineFormat format, TimeProvider time, ILogger logger, ServerProblems? problems)
    {
        _file = file;
        _format = format;
        _time = time;
        _logger = logger;
        _problems = problems;
        Open();
    }

    /// <summary>Writes messages as lines.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="lost">The number of messages that were lost before them.</param>
    public void Write(IReadOnlyList<ActivityEntry> messages, long lost)
    {
        if (!_file.IsOpen && _time.GetElapsedTime(_failed) >= RetryInterval)
            Open();
        if (_file.IsOpen && _time.GetElapsedTime(_placeChecked) >= PlaceInterval)
            ReopenIfMoved();
        if (_file.IsOpen && (_rollFailed is not { } failed || _time.GetElapsedTime(failed) >= RetryInterval))
            RollIfFull();
        _lost += lost;
        if (!_file.IsOpen)
        {
            _lost += messages.Count;
            return;
        }

        var lines = new StringBuilder();
        foreach (ActivityEntry message in messages)
            lines.Append(_format.Format(_index++, message, _time.GetUtcNow())).Append('\n');
        try
        {
            _file.Append(lines.ToString());
            Recovered();
        }
        catch (IOException e)
        {
            _lost += messages.Count;
            Failed(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Open()
    {
        try
        {
            _file.Open();
            _index = 0;
            _placeChecked = _time.GetTimestamp();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failed(e);
        }
    }

    private void ReopenIfMoved()
    {
        _placeChecked = _time.GetTimestamp();
        if (_file.IsInPlace)
            return;
        _file.Abandon();
        Open();
    }

    private void RollIfFull()
    {
        try
        {
            bool wasFull = _file.TryRoll();
            if (_cannotRoll)
                _problems?.Resolve(ProblemNames.ActivityLogFull);
            (_cannotRoll, _rollFailed) = (false, null);
            if (!wasFull)
                return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_cannotRoll)
                ActivityLogEvents.CannotRoll(_logger, _file.Path, e.Message);
            _cannotRoll = true;
            _problems?.Report(ProblemNames.ActivityLogFull, $"The file is full and cannot be renamed: {e.Message}");
            _rollFailed = _time.GetTimestamp();
            return;
        }

        Open();
    }

    private void Recovered()
    {
        if (_isFailing || _lost > 0)
            ActivityLogEvents.Recovered(_logger, _file.Path, _lost);
        if (_isFailing)
            _problems?.Resolve(ProblemNames.ActivityLog);
        _isFailing = false;
        _lost = 0;
    }

    private void Failed(Exception e)
    {
        if (!_isFailing)
        {
            ActivityLogEvents.Unwritable(_logger, _file.Path, e.Message);
            _problems?.Report(ProblemNames.ActivityLog, e.Message);
        }

        _isFailing = true;
        _file.Abandon();
        _failed = _time.GetTimestamp();
    }
}
