using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace ServerLib.Passwords;

/// <summary>Argon2id by BouncyCastle: works everywhere and with any number of lanes, about five times slower than libsodium.</summary>
internal static class BouncyCastleArgon2id
{
    /// <inheritdoc cref="Argon2idFunction"/>
    public static void Compute(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Argon2Cost cost, Span<byte> hash) =>
        Compute(password, salt, secret: [], associatedData: [], cost, hash);

    /// <summary>The complete function of RFC 9106, with the two inputs that passwords do not use.</summary>
    public static void Compute(
        ReadOnlySpan<byte> password,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> associatedData,
        Argon2Cost cost,
        Span<byte> hash)
    {
        Argon2Parameters parameters = new Argon2Parameters.Builder(Argon2Parameters.Argon2id)
            .WithVersion(Argon2Parameters.Version13)
            .WithMemoryAsKB(cost.MemorySize)
            .WithIterations(cost.Iterations)
            .WithParallelism(cost.Parallelism)
            .WithSalt(salt.ToArray())
            .WithSecret(secret.ToArray())
            .WithAdditional(associatedData.ToArray())
            .Build();

        // Without a task factory, this thread computes all lanes. It is a hashing thread.
        var generator = new Argon2BytesGenerator();
        generator.Init(parameters);
        byte[] input = password.ToArray();
        byte[] output = new byte[hash.Length];
        try
        {
            generator.GenerateBytes(input, output);
            output.CopyTo(hash);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
            CryptographicOperations.ZeroMemory(output);
        }
    }
}
