using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ServerLib.Files;
using ServerLib.Protocol;

namespace ServerLib.Passwords;

/// <summary>
/// A list of passwords that takes 8 bytes for each: the beginnings of their hashes, sorted. That another password has the same beginning is
/// about as likely as guessing it.
/// </summary>
internal sealed class DeniedPasswords
{
    /// <summary>The largest number of passwords in a file. Their hashes take 160 MB.</summary>
    public const int MaxCount = 20_000_000;

    // A password has at most 256 characters. Other spellings of it can be longer, but not by that much.
    private const int MaxLine = 4_096;

    private readonly ulong[] _hashes;

    private DeniedPasswords(ulong[] hashes) => _hashes = hashes;

    public static DeniedPasswords None { get; } = new([]);

    /// <summary>Reads a file, line by line.</summary>
    /// <param name="path">A UTF-8 file with one password per line. Empty lines, and lines that cannot be passwords, are ignored.</param>
    /// <param name="maxCount">The largest number of passwords.</param>
    /// <exception cref="IOException">The file cannot be read, or has too many lines.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission to read the file.</exception>
    public static DeniedPasswords Read(string path, int maxCount = MaxCount)
    {
        var hashes = new List<ulong>();
        using var reader = new StreamReader(RegularFile.OpenRead(path), Encoding.UTF8);
        char[] buffer = new char[16 * 1024];
        var line = new StringBuilder();
        int count;
        while ((count = reader.Read(buffer)) > 0)
        {
            foreach (char c in buffer.AsSpan(0, count))
            {
                if (c is '\r' or '\n')
                    Add();
                else if (line.Length <= MaxLine)
                    line.Append(c);
            }
        }

        Add();
        ulong[] sorted = [.. hashes];
        Array.Sort(sorted);
        return new DeniedPasswords(sorted);

        void Add()
        {
            string? key = line.Length is 0 or > MaxLine ? null : UserName.Key(line.ToString());
            line.Clear();
            if (key is null)
                return;
            if (hashes.Count == maxCount)
                throw new IOException(
                    string.Create(CultureInfo.InvariantCulture, $"it has more than {maxCount:N0} passwords, which would take too much memory"));
            hashes.Add(Hash(key));
        }
    }

    /// <summary>Whether the list contains a password.</summary>
    /// <param name="key">The password in the form of <see cref="UserName.Key"/>.</param>
    public bool Contains(string key) => Array.BinarySearch(_hashes, Hash(key)) >= 0;

    private static ulong Hash(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(key.AsSpan()), hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
