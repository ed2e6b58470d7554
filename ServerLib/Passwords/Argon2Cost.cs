namespace ServerLib.Passwords;

/// <summary>The cost parameters of Argon2id.</summary>
/// <param name="MemorySize">Memory in KiB.</param>
/// <param name="Iterations">Passes over the memory.</param>
/// <param name="Parallelism">Lanes.</param>
internal readonly record struct Argon2Cost(int MemorySize, int Iterations, int Parallelism)
{
    public const int MaxMemorySize = 4 * 1024 * 1024;
    public const int MaxIterations = 1_000;
    public const int MaxParallelism = 255;
    public const int MinMemoryPerLane = 8;

    /// <summary>The smallest possible cost.</summary>
    public static Argon2Cost Least => new(MinMemoryPerLane, 1, 1);

    /// <summary>Whether the cost is within the bounds of <see cref="PasswordHashingOptions"/>.</summary>
    public bool IsAllowed =>
        Parallelism is >= 1 and <= MaxParallelism
        && Iterations is >= 1 and <= MaxIterations
        && MemorySize >= MinMemoryPerLane * Parallelism
        && MemorySize <= MaxMemorySize;
}
