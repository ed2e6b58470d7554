namespace ServerLib.Administration.Commands;

/// <summary>Files that commands read or replace.</summary>
internal static class TransferFile
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="AdminCommandException">There is no such file, or it is a folder, a pipe or a device.</exception>
    public static FileStream OpenRead(string path)
    {
        try
        {
            return SecretFile.OpenRead(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new AdminCommandException(ExitCode.NotApplicable, $"there is no file {path}");
        }
        catch (IOException e)
        {
            throw new AdminCommandException(ExitCode.WrongUsage, e.Message);
        }
    }

    /// <summary>Checks whether a command may write a file.</summary>
    /// <exception cref="AdminCommandException">There is such a file and it is not replaced, or it is a folder, a pipe or a device.</exception>
    public static void CheckTarget(string path, bool replaces)
    {
        if (!Path.Exists(path))
            return;
        if (!replaces)
            throw new AdminCommandException(ExitCode.NotApplicable, $"{path} exists already; --force replaces it");
        OpenRead(path).Dispose();
    }
}
