using Microsoft.Extensions.Logging;

namespace ServerLib;

/// <content>A file that is full becomes the newest of the older ones, and another begins.</content>
public sealed partial class Log
{
    private bool _cannotRoll;
    private DateTimeOffset _rollAgainAt;

    private void RollWhereFull()
    {
        if (_file is not { CanSeek: true } || _time.GetUtcNow() < _rollAgainAt)
            return;
        try
        {
            if (_file.Length < _maxFileSize)
                return;

            // While it is open, so that where this fails its lines still have a place.
            for (int older = _olderFiles; older > 0; older--)
            {
                string from = older == 1 ? _logFile : Older(older - 1);
                if (File.Exists(from))
                    File.Move(from, Older(older), overwrite: true);
            }

            _file.Dispose();
            _file = null;
            _cannotRoll = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_cannotRoll)
                LogCannotRoll(_logFile, e.Message);
            _cannotRoll = true;
            _rollAgainAt = _time.GetUtcNow() + RetryAfter;
            return;
        }

        Open();
    }

    private string Older(int number) => $"{_logFile}.{number}";

    [LoggerMessage(3, LogLevel.Warning, "The activity log {File} is full, and goes on growing, for it can't be renamed: {Reason}")]
    private partial void LogCannotRoll(string file, string reason);
}
