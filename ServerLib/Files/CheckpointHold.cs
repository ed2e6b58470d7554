namespace ServerLib.Files;

/// <summary>
/// Keeps a running server from moving its databases' logs into their data files while another process copies them. Without it, a copy of a
/// large database that is written all the time would have to begin again and again. The copy is checked in any case.
/// </summary>
/// <remarks>It is a lock on a file in the data folder, so it ends with the process in every case.</remarks>
internal sealed class CheckpointHold : IDisposable
{
    public const string FileName = "backup.lock";

    /// <summary>
    /// The length of a log in bytes at which a server goes on in spite of a hold: LiteDB keeps the log in memory, and the other process may
    /// hang.
    /// </summary>
    public const long MaxLog = 64 * 1024 * 1024;

    private const int Attempts = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly FileStream _file;

    private CheckpointHold(FileStream file) => _file = file;

    /// <summary>Begins a hold.</summary>
    /// <exception cref="ServerLibException">Another process copies the folder, or the folder cannot be written.</exception>
    public static CheckpointHold Take(string folder)
    {
        string path = Path.Combine(folder, FileName);
        for (int i = 1; ; i++)
        {
            try
            {
                return new CheckpointHold(Open(path, FileMode.OpenOrCreate));
            }
            catch (IOException) when (i < Attempts)
            {
                // A server opens the file for a moment to see whether it is locked.
                Thread.Sleep(Pause);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ServerLibException(
                    $"'{path}' cannot be locked: {e.Message} Is another backup running, or does the folder belong to another user?", e);
            }
        }
    }

    /// <summary>Whether another process holds the databases in a folder.</summary>
    public static bool IsHeld(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return false;
        try
        {
            Open(path, FileMode.Open).Dispose();
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_file.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without a lock, the file does no harm.
        }

        _file.Dispose();
    }

    private static FileStream Open(string path, FileMode mode)
    {
        RegularFile.Check(path);
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = mode == FileMode.Open ? FileAccess.Read : FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };

        // The server may run as another user than the admin. Others cannot see it: the folder is its owner's.
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        return new FileStream(path, options);
    }
}
