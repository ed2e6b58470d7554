using System.Security.Cryptography;

namespace ServerLib.Administration.Backup;

/// <summary>
/// A folder for intermediate files that only its owner can access. It is deleted when it is disposed. A process that is killed leaves it; the
/// next one that creates a folder for the same purpose deletes it.
/// </summary>
internal sealed class OwnerFolder : IDisposable
{
    private const string LockName = "in-use.lock";
    private const int SuffixBytes = 4;

    private readonly FileStream _lock;

    /// <param name="path">The path. A random suffix is added.</param>
    public OwnerFolder(string path)
    {
        DeleteAbandoned(System.IO.Path.GetFullPath(path));
        Path = $"{path}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SuffixBytes))}";
        Create(Path);
        _lock = OpenLock(Path, FileMode.CreateNew);
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Creates a folder in this one.</summary>
    public string CreateFolder(string name)
    {
        string path = File(name);
        Create(path);
        return path;
    }

    public void Dispose()
    {
        // Windows does not delete open files.
        if (OperatingSystem.IsWindows())
            _lock.Dispose();
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
        _lock.Dispose();
    }

    private static void DeleteAbandoned(string path)
    {
        string prefix = $"{System.IO.Path.GetFileName(path)}-";
        string parent = System.IO.Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent))
            return;
        foreach (DirectoryInfo folder in new DirectoryInfo(parent).EnumerateDirectories().Where(folder => IsWork(folder.Name, prefix)))
        {
            try
            {
                using FileStream held = OpenLock(folder.FullName, FileMode.Open);
                if (OperatingSystem.IsWindows())
                    held.Dispose();
                if (folder.LinkTarget is null && SecretFile.IsOwnedByThisUser(folder.FullName))
                    folder.Delete(recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is in use, has only just been created, or belongs to another user.
            }
        }
    }

    private static bool IsWork(string name, string prefix) =>
        name.Length == prefix.Length + (2 * SuffixBytes) && name.StartsWith(prefix, StringComparison.Ordinal)
        && name[prefix.Length..].All(char.IsAsciiHexDigitLower);

    private static FileStream OpenLock(string folder, FileMode mode) =>
        new(System.IO.Path.Combine(folder, LockName), mode, FileAccess.ReadWrite, FileShare.None);

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
