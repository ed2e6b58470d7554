using System.Numerics;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Generators;

namespace ServerLib.Passwords;

/// <summary>An scrypt hash (RFC 7914), <c>$scrypt$ln=16,r=8,p=1$salt$hash</c> or <c>$7$</c>, computed by BouncyCastle.</summary>
/// <param name="LogN">The cost as the logarithm of N.</param>
/// <param name="BlockSize">The block size, r.</param>
/// <param name="Parallelism">The parallelization, p.</param>
/// <param name="Salt">The salt.</param>
/// <param name="Hash">The hash.</param>
internal sealed record ScryptHash(int LogN, int BlockSize, int Parallelism, byte[] Salt, byte[] Hash) : IImportedHash
{
    /// <summary>The largest product of N, r and p. It takes about three seconds.</summary>
    private const long MaxWork = 1 << 22;

    private const int MaxLogN = 24;
    private const int MaxBlockSize = 64;

    /// <exception cref="FormatException">It cannot be used. The message says why.</exception>
    public static ScryptHash Parse(PhcString phc)
    {
        phc.CheckNames("ln", "r", "p");
        phc.CheckLength(16, 24, 32, 64);
        return Create(phc["ln"], phc["r"], phc["p"], phc.Salt, phc.Hash);
    }

    /// <exception cref="FormatException">The parameters are not allowed.</exception>
    public static ScryptHash Create(int logN, int blockSize, int parallelism, byte[] salt, byte[] hash)
    {
        if (logN < 1 || blockSize is < 1 or > MaxBlockSize || parallelism < 1 || (blockSize == 1 && logN >= 16))
            throw new FormatException("its parameters are out of range");
        if (logN > MaxLogN || (128L << logN) * blockSize / 1024 > ImportedHash.MaxMemory)
            throw new FormatException($"it takes more than {ImportedHash.MaxMemory / 1024} MiB of memory");
        if (((BigInteger)blockSize << logN) * parallelism > MaxWork)
            throw new FormatException("it takes too much time");
        return new ScryptHash(logN, blockSize, parallelism, salt, hash);
    }

    public bool Verify(ReadOnlySpan<byte> password)
    {
        byte[] input = password.ToArray();
        try
        {
            byte[] computed = SCrypt.Generate(input, Salt, 1 << LogN, BlockSize, Parallelism, Hash.Length);
            return CryptographicOperations.FixedTimeEquals(computed, Hash);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
        }
    }
}
