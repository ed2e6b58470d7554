using Microsoft.Extensions.Logging;
using ServerLib.Diagnostics;

namespace ServerLib.Files;

/// <summary>
/// Reports that a database's files were deleted or replaced while they are open. The database goes on with the old ones, which are lost when
/// it closes them. Only on Linux; other systems do not say so, or do not allow it.
/// </summary>
internal sealed class FileWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly string[] _paths;
    private readonly FileStatus?[] _opened;
    private readonly ILogger _logger;
    private readonly ServerProblems? _problems;
    private readonly string _problem;
    private readonly ITimer _timer;
    private bool _isLost;

    /// <summary>Creates a watch. It begins with <see cref="MarkOpened"/>.</summary>
    /// <param name="database">The database's path.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets an error.</param>
    /// <param name="problems">Is told while a file is missing.</param>
    /// <param name="problem">The problem's name.</param>
    public FileWatch(string database, TimeProvider time, ILogger logger, ServerProblems? problems, string problem)
    {
        _paths = [database, DatabaseFile.LogPath(database)];
        _opened = new FileStatus?[_paths.Length];
        (_logger, _problems, _problem) = (logger, problems, problem);
        _timer = time.CreateTimer(static watch => ((FileWatch)watch!).Check(), this, Interval, Interval);
    }

    /// <summary>Call this when the database was opened, each time.</summary>
    public void MarkOpened()
    {
        lock (_lock)
        {
            for (int i = 0; i < _paths.Length; i++)
                _opened[i] = FileStatus.Of(_paths[i]);
            Set(lost: null);
        }
    }

    /// <summary>Ends the watch. Files that are deleted when the database is closed are not reported, even by a check that is running.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
            Array.Clear(_opened);
    }

    private void Check()
    {
        lock (_lock)
        {
            string? lost = null;
            for (int i = 0; i < _paths.Length; i++)
            {
                if (_opened[i] is { } opened && !(FileStatus.Of(_paths[i]) is { } now && now.IsSameFile(opened)))
                    lost ??= _paths[i];
            }

            Set(lost);
        }
    }

    private void Set(string? lost)
    {
        bool wasLost = _isLost;
        _isLost = lost is not null;
        if (lost is not null && !wasLost)
        {
            FileEvents.Deleted(_logger, lost, Environment.ProcessId);
            _problems?.Report(_problem, $"'{lost}' was deleted or replaced while it is in use.");
        }
        else if (lost is null && wasLost)
        {
            _problems?.Resolve(_problem);
        }
    }
}
