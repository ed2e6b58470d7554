namespace ServerLib.Files;

/// <summary>
/// Keeps a data folder to one server: on Linux two processes can open a database at once, and break it. The lock ends with the
/// process, however that ends; its file stays, for if one deleted it two others could each hold a lock.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    // EWOULDBLOCK as Linux and as macOS have it, and Windows' ERROR_SHARING_VIOLATION.
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020);

    /// <summary>The user database's lock; other databases have others.</summary>
    public const string FileName = "database.lock";

    private readonly FileStream _file;

    private FolderLock(FileStream file, bool isEffective)
    {
        _file = file;
        IsEffective = isEffective;
    }

    /// <summary>Whether the file system keeps others out; some on a network don't.</summary>
    public bool IsEffective { get; }

    /// <summary>Makes the folder where it doesn't exist, and takes the lock.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="fileName">The lock's file in it.</param>
    /// <exception cref="ServerLibException">Another server uses the folder, or it can't be written.</exception>
    public static FolderLock Take(string folder, string fileName = FileName)
    {
        string path = Path.Combine(folder, fileName);
        try
        {
            OwnerOnly.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerLibException($"The data folder '{folder}' can't be made: {e.Message}", e);
        }

        try
        {
            FileStream file = Open(path);
            return new FolderLock(file, !CanOpen(path));
        }
        catch (IOException e) when (e.HResult is WouldBlock or WouldBlockOnMac or SharingViolation)
        {
            throw new ServerLibException(
                $"The data folder '{folder}' is in use by another server ('{path}' is locked); stop that one, or choose another folder.",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerLibException($"The data folder '{folder}' can't be written: {e.Message}", e);
        }
    }

    public void Dispose() => _file.Dispose();

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
