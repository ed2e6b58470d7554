namespace ServerLib.Administration.Commands;

/// <summary>Files that commands replace.</summary>
internal static class TransferFile
{
    /// <summary>Refuses to replace a device or a pipe, such as /dev/null.</summary>
    /// <exception cref="IOException">There is something at the path, but it is not a regular file.</exception>
    public static void ThrowIfNoFile(string path)
    {
        // It does not open what is not a regular file, and it changes nothing.
        if (File.Exists(path))
            SecretFile.OpenAppend(path).Dispose();
    }
}
