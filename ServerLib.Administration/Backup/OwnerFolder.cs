namespace ServerLib.Administration.Backup;

/// <summary>A folder for intermediate files that only its owner can access. It is deleted when it is disposed.</summary>
internal sealed class OwnerFolder : IDisposable
{
    /// <param name="path">The path. A random suffix is added.</param>
    public OwnerFolder(string path)
    {
        Path = $"{path}-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4))}";
        Create(Path);
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
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
