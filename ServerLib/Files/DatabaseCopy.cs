namespace ServerLib.Files;

/// <summary>Copies a database with its log while another process may write it.</summary>
internal static class DatabaseCopy
{
    private const int BufferSize = 64 * 1024;

    /// <summary>
    /// Copies both files. The copy has the state of one moment during the call, as a kill would leave it: everything that was committed before
    /// the call is in it.
    /// </summary>
    /// <param name="path">The data file's path.</param>
    /// <param name="copy">The path of the copy. An existing file is replaced.</param>
    /// <param name="attempts">How often to try. An attempt fails if the data file changes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether an attempt has succeeded.</returns>
    /// <exception cref="FileNotFoundException">There is no such database.</exception>
    public static bool TryCopy(string path, string copy, int attempts, CancellationToken cancellationToken = default)
    {
        for (int i = 0; i < attempts; i++)
        {
            if (TryCopy(path, copy, cancellationToken))
                return true;
        }

        return false;
    }

    private static bool TryCopy(string path, string copy, CancellationToken cancellationToken)
    {
        using FileStream data = OpenForReading(path);
        (long, DateTime) before = Stamp();
        CopyWhole(data, copy, cancellationToken);
        string log = DatabaseFile.LogPath(path), logCopy = DatabaseFile.LogPath(copy);
        File.Delete(logCopy);
        try
        {
            using FileStream source = OpenForReading(log);
            CopyWhole(source, logCopy, cancellationToken);
            return IsUnchanged() && StartsWith(source, logCopy, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return IsUnchanged();
        }

        // The engine writes the data file only when it moves the log into it. Between two such times the log only grows. The time of the last
        // write is too coarse to be relied on.
        bool IsUnchanged() => before == Stamp() && StartsWith(data, copy, cancellationToken) && before == Stamp();

        (long, DateTime) Stamp() => (data.Length, File.GetLastWriteTimeUtc(data.SafeFileHandle));
    }

    private static FileStream OpenForReading(string path)
    {
        RegularFile.Check(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferSize);
    }

    private static void CopyWhole(FileStream source, string copy, CancellationToken cancellationToken)
    {
        using var target = new FileStream(copy, OwnerOnly.File(FileMode.Create, FileShare.None));
        byte[] buffer = new byte[BufferSize];
        while (source.Read(buffer) is > 0 and var count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            target.Write(buffer, 0, count);
        }
    }

    private static bool StartsWith(FileStream source, string copy, CancellationToken cancellationToken)
    {
        using FileStream copied = File.OpenRead(copy);
        source.Position = 0;
        byte[] left = new byte[BufferSize], right = new byte[BufferSize];
        int count;
        while ((count = copied.ReadAtLeast(right, right.Length, throwOnEndOfStream: false)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (source.ReadAtLeast(left.AsSpan(0, count), count, throwOnEndOfStream: false) != count
                || !left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, count)))
            {
                return false;
            }
        }

        return true;
    }
}
