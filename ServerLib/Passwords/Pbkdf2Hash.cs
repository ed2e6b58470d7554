using System.Security.Cryptography;

namespace ServerLib.Passwords;

/// <summary>
/// A PBKDF2 hash (RFC 8018) with SHA-256 or SHA-512: <c>$pbkdf2-sha256$i=29000,l=32$salt$hash</c>, or passlib's
/// <c>$pbkdf2-sha256$29000$salt$hash</c>.
/// </summary>
internal sealed record Pbkdf2Hash(HashAlgorithmName Function, int Iterations, byte[] Salt, byte[] Hash) : IImportedHash
{
    /// <summary>The most iterations. They take about three seconds.</summary>
    public const int MaxIterations = 10_000_000;

    /// <exception cref="FormatException">It cannot be used. The message says why.</exception>
    public static Pbkdf2Hash Parse(PhcString phc)
    {
        (HashAlgorithmName function, int size) = phc.Id == "pbkdf2-sha256"
            ? (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes)
            : (HashAlgorithmName.SHA512, SHA512.HashSizeInBytes);
        bool isPasslib = phc.Parameters.ContainsKey("");
        phc.CheckNames(isPasslib ? [""] : ["i", "l"]);
        phc.CheckLength(size, SHA256.HashSizeInBytes);
        if (phc.Parameters.TryGetValue("l", out int length) && length != phc.Hash.Length)
            throw new FormatException("its hash does not have the length that it states");
        int iterations = phc[isPasslib ? "" : "i"];
        return iterations switch
        {
            < 1 => throw new FormatException("its parameters are out of range"),
            > MaxIterations => throw new FormatException("it takes too much time"),
            _ => new Pbkdf2Hash(function, iterations, phc.Salt, phc.Hash),
        };
    }

    public bool Verify(ReadOnlySpan<byte> password)
    {
        Span<byte> computed = stackalloc byte[Hash.Length];
        Rfc2898DeriveBytes.Pbkdf2(password, Salt, computed, Iterations, Function);
        return CryptographicOperations.FixedTimeEquals(computed, Hash);
    }
}
