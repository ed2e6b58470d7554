namespace ServerLib.Files;

/// <summary>
/// Locks a data folder for one server. On Linux, two processes could open a database at once and corrupt it. The lock ends with the process in
/// every case. Its file stays: if it were deleted, two other processes could each hold a lock. If somebody deletes it, it is created and locked
/// again within seconds.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    // EWOULDBLOCK on Linux and on macOS, and ERROR_SHARING_VIOLATION on Windows.
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020);

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    /// <summary>The lock file of the user database. Other databases have their own.</summary>
    public const string FileName = "database.lock";

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly Action<string> _lost;
    private readonly ITimer _timer;
    private FileStream _file;
    private bool _isReported;
    private bool _isDisposed;

    private FolderLock(string path, FileStream file, bool isEffective, TimeProvider time, Action<string> lost)
    {
        (_path, _file, IsEffective, _lost) = (path, file, isEffective, lost);
        _timer = time.CreateTimer(static owner => ((FolderLock)owner!).Check(), this, CheckInterval, CheckInterval);
    }

    /// <summary>Whether the file system supports locks. Some network file systems do not.</summary>
    public bool IsEffective { get; }

    /// <summary>Creates the folder if it does not exist, and takes the lock.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="lost">Is called with the path if the file was deleted and another process has locked a new one.</param>
    /// <param name="fileName">The lock file in the folder.</param>
    /// <exception cref="ServerLibException">Another server uses the folder, or it can't be written.</exception>
    public static FolderLock Take(string folder, TimeProvider time, Action<string> lost, string fileName = FileName)
    {
        string path = Path.Combine(folder, fileName);
        try
        {
            OwnerOnly.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerLibException($"The data folder '{folder}' cannot be created: {e.Message}", e);
        }

        try
        {
            FileStream file = Open(path);
            return new FolderLock(path, file, !CanOpen(path), time, lost);
        }
        catch (IOException e) when (e.HResult is WouldBlock or WouldBlockOnMac or SharingViolation)
        {
            throw new ServerLibException(
                $"The data folder '{folder}' is in use by another server ('{path}' is locked). Stop that server, or choose another folder.",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerLibException($"The data folder '{folder}' cannot be written: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _isDisposed = true;
            _file.Dispose();
        }
    }

    private void Check()
    {
        lock (_gate)
        {
            if (_isDisposed || _isReported || FileStatus.Of(_file.SafeFileHandle) is not { } held
                || (FileStatus.Of(_path) is { } now && now.IsSameFile(held)))
            {
                return;
            }

            try
            {
                FileStream again = Open(_path);
                _file.Dispose();
                _file = again;
            }
            catch (IOException e) when (e.HResult == WouldBlock)
            {
                _isReported = true;
                _lost(_path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next attempt follows.
            }
        }
    }

    private static FileStream Open(string path)
    {
        RegularFile.Check(path);
        return new FileStream(path, OwnerOnly.File(FileMode.OpenOrCreate, FileShare.None));
    }

    private static bool CanOpen(string path)
    {
        try
        {
            Open(path).Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
