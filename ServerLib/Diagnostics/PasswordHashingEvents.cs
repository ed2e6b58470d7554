using Microsoft.Extensions.Logging;

namespace ServerLib.Diagnostics;

/// <summary>The events of password hashing, and what they write to the application's log.</summary>
internal static partial class PasswordHashingEvents
{
    [LoggerMessage(
        1,
        LogLevel.Information,
        "Passwords are hashed with Argon2id by {Library}. "
        + "Threads: {Threads}, memory: {MemorySize} KiB, iterations: {Iterations}, lanes: {Parallelism}.")]
    public static partial void Ready(ILogger logger, string library, int threads, int memorySize, int iterations, int parallelism);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Cannot load libsodium on this system. BouncyCastle computes the same password hashes, about five times slower.")]
    public static partial void NoNativeLibrary(ILogger logger, Exception exception);
}
