using NSec.Cryptography;

namespace ServerLib.Passwords;

/// <summary>Argon2id by libsodium: fast and without garbage, but one lane only, and not on every system.</summary>
internal static class LibsodiumArgon2id
{
    /// <inheritdoc cref="Argon2idFunction"/>
    /// <exception cref="InsufficientMemoryException">There is no memory for it.</exception>
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
            // So NSec says that libsodium gave up; with parameters that are allowed only memory can be wanting.
            throw new InsufficientMemoryException($"There are no {cost.MemorySize} KiB of memory for a password hash.", e);
        }
    }
}
