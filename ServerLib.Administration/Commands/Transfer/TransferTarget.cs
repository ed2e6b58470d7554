using System.Text;

namespace ServerLib.Administration.Commands;

/// <summary>A file that an export writes. It gets its name when it is complete and on disk. Only its owner can read it.</summary>
internal static class TransferTarget
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="replaces">Whether an existing file is replaced.</param>
    /// <param name="lines">The lines of the file.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="AdminCommandException">There is such a file and it is not replaced, or it is a folder, a pipe or a device.</exception>
    public static async Task WriteAsync(string path, bool replaces, IAsyncEnumerable<string> lines, CancellationToken cancellationToken)
    {
        TransferFile.CheckTarget(path, replaces);
        DeleteLeftovers(path);
        string temporary = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            using (FileStream output = SecretFile.OpenAppend(temporary))
            {
                await foreach (string line in lines.WithCancellation(cancellationToken).ConfigureAwait(false))
                    await output.WriteAsync(Encoding.UTF8.GetBytes($"{line}\n"), cancellationToken).ConfigureAwait(false);
                output.Flush(flushToDisk: true);
            }

            SecretFile.Move(temporary, path, replaces);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Deletes what an export to the same file has left that was killed. That of one that still runs is locked.</summary>
    private static void DeleteLeftovers(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!, name = Path.GetFileName(path);
        if (!Directory.Exists(folder))
            return;
        foreach (string left in Directory.EnumerateFiles(folder, "*.new").Where(file => IsTemporary(Path.GetFileName(file), name)))
        {
            try
            {
                new FileStream(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
                File.Delete(left);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is in use, or belongs to someone else.
            }
        }
    }

    private static bool IsTemporary(string file, string name)
    {
        const string End = ".new";
        return file.StartsWith($"{name}.", StringComparison.Ordinal)
            && file.Length > name.Length + 1 + End.Length
            && Guid.TryParseExact(file[(name.Length + 1)..^End.Length], "N", out _);
    }
}
