using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ServerLib.Files;

/// <summary>
/// Reads files that must be small, such as keys. Large files, and anything but regular files, are refused.
/// </summary>
internal static class SmallFile
{
    /// <summary>The largest size, in bytes. Certificate chains and configurations are smaller.</summary>
    public const int MaxSize = 1024 * 1024;

    /// <summary>Reads a file as UTF-8. Invalid bytes are replaced.</summary>
    /// <exception cref="IOException">The file can't be read, or is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission to read the file.</exception>
    public static string ReadText(string path) => Encoding.UTF8.GetString(ReadBytes(path));

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="look">Inspects the open file first, so that it is certain to be the same one.</param>
    /// <exception cref="IOException">The file can't be read, or is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission to read the file.</exception>
    public static byte[] ReadBytes(string path, Action<SafeFileHandle>? look = null)
    {
        using FileStream file = RegularFile.OpenRead(path);
        look?.Invoke(file.SafeFileHandle);

        // The file may grow while it is read.
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        while (file.Read(buffer) is > 0 and var count)
        {
            if (bytes.Length + count > MaxSize)
                throw new IOException($"{path} is larger than {MaxSize / 1024 / 1024} MiB, which is too large for this kind of file");
            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }
}
