using NSec.Cryptography;

namespace ServerLib.Passwords;

/// <summary>Argon2id by libsodium: fast and without garbage, but with one lane only, and not on every system.</summary>
internal static class LibsodiumArgon2id
{
    /// <inheritdoc cref="Argon2idFunction"/>
    /// <exception cref="InsufficientMemoryException">There is not enough memory.</exception>
    public static void Compute(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Argon2Cost cost, Span<byte> hash)
    {
        var parameters = new Argon2Parameters
        {
            DegreeOfParallelism = cost.Parallelism,
            MemorySize = cost.MemorySize,
            NumberOfPasses = cost.Iterations,
        };
        try
        {
            new Argon2id(parameters).DeriveBytes(password, salt, hash);
        }
        catch (NotImplementedException e)
        {
            // This is how NSec reports that libsodium failed. With allowed parameters the only cause is too little memory.
            throw new InsufficientMemoryException($"There is not enough memory for a password hash, which needs {cost.MemorySize} KiB.", e);
        }
    }
}
