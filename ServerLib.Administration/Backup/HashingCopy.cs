using System.Security.Cryptography;

namespace ServerLib.Administration.Backup;

/// <summary>Copies a stream, and computes the SHA-256 of what was copied.</summary>
internal static class HashingCopy
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Copies at most <paramref name="maxSize"/> bytes.</summary>
    /// <param name="source">The source.</param>
    /// <param name="target">The target. It stays open.</param>
    /// <param name="maxSize">The most bytes.</param>
    /// <param name="copied">Is called with the number of bytes after each piece.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The number of bytes and their hash in lower-case hexadecimal digits.</returns>
    /// <exception cref="InvalidDataException">There are more bytes.</exception>
    public static (long Size, string Sha256) Copy(
        Stream source, Stream target, long maxSize, Action<int> copied, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferSize];
        long size = 0;
        while (source.Read(buffer) is > 0 and var count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            size += count;
            if (size > maxSize)
                throw new InvalidDataException("It is larger than stated.");
            hash.AppendData(buffer, 0, count);
            target.Write(buffer, 0, count);
            copied(count);
        }

        return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
