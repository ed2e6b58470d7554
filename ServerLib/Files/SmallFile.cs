using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ServerLib.Files;

/// <summary>
/// Reads files that are small by their nature, such as keys; one that is not, and what is no file, is refused rather than read into memory.
/// </summary>
internal static class SmallFile
{
    /// <summary>The largest that is read, in bytes: larger than any chain of certificates, or any configuration.</summary>
    public const int MaxSize = 1024 * 1024;

    /// <summary>Reads a file as UTF-8; what is none is replaced.</summary>
    /// <exception cref="IOException">It can't be read, or is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string ReadText(string path) => Encoding.UTF8.GetString(ReadBytes(path));

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="look">Looks at the open file first, so that it is the same one.</param>
    /// <exception cref="IOException">It can't be read, or is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] ReadBytes(string path, Action<SafeFileHandle>? look = null)
    {
        using FileStream file = RegularFile.OpenRead(path);
        look?.Invoke(file.SafeFileHandle);

        // It may grow meanwhile.
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        while (file.Read(buffer) is > 0 and var count)
        {
            if (bytes.Length + count > MaxSize)
                throw new IOException($"{path} is larger than such a file can be");
            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }
}
