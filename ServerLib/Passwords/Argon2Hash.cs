using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace ServerLib.Passwords;

/// <summary>An Argon2id or Argon2i hash with any parameters (RFC 9106), computed by BouncyCastle.</summary>
internal sealed record Argon2Hash(int Type, int Version, Argon2Cost Cost, byte[] Salt, byte[] Hash) : IImportedHash
{
    /// <summary>The largest product of memory in KiB and iterations. It takes about five seconds.</summary>
    public const int MaxWork = 1024 * 1024;

    private const int MaxParallelism = 16;
    private const int MinSalt = 8;

    /// <exception cref="FormatException">It cannot be used. The message says why.</exception>
    public static Argon2Hash Parse(PhcString phc)
    {
        phc.CheckNames("m", "t", "p");
        phc.CheckLength(16, 24, 32, 48, 64);
        var cost = new Argon2Cost(phc["m"], phc["t"], phc["p"]);
        if (FindProblem(cost) is { } problem)
            throw new FormatException(problem);
        if (phc.Salt.Length < MinSalt)
            throw new FormatException($"its salt is shorter than {MinSalt} bytes");
        int version = phc.Version ?? Argon2Parameters.Version10;
        if (version != Argon2Parameters.Version10 && version != Argon2Parameters.Version13)
            throw new FormatException("its version is unknown");
        return new Argon2Hash(phc.Id == "argon2i" ? Argon2Parameters.Argon2i : Argon2Parameters.Argon2id, version, cost, phc.Salt, phc.Hash);
    }

    /// <summary>Finds out why a cost is not allowed in an import.</summary>
    public static string? FindProblem(Argon2Cost cost)
    {
        if (cost.MemorySize > ImportedHash.MaxMemory)
            return $"it takes more than {ImportedHash.MaxMemory / 1024} MiB of memory";
        if ((long)cost.MemorySize * cost.Iterations > MaxWork)
            return "it takes too much time";
        return cost.IsAllowed && cost.Parallelism <= MaxParallelism ? null : "its parameters are out of range";
    }

    public bool Verify(ReadOnlySpan<byte> password)
    {
        var generator = new Argon2BytesGenerator();
        generator.Init(new Argon2Parameters.Builder(Type)
            .WithVersion(Version)
            .WithMemoryAsKB(Cost.MemorySize)
            .WithIterations(Cost.Iterations)
            .WithParallelism(Cost.Parallelism)
            .WithSalt(Salt)
            .Build());
        byte[] input = password.ToArray(), computed = new byte[Hash.Length];
        try
        {
            generator.GenerateBytes(input, computed);
            return CryptographicOperations.FixedTimeEquals(computed, Hash);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
        }
    }
}
