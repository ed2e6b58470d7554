using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Diagnostics;
using ServerLib.Passwords;

namespace ServerLib;

/// <summary>
/// Hashes passwords with Argon2id (RFC 9106), on its own threads. Hashes are PHC strings, <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>,
/// with a salt of 16 bytes and a hash of 32 bytes.
/// </summary>
/// <remarks>
/// <para>
/// It also verifies imported hashes, and asks for a new hash then: bcrypt (<c>$2a$</c>, <c>$2b$</c>, <c>$2y$</c>), scrypt (PHC and
/// <c>$7$</c>), PBKDF2 with SHA-256 or SHA-512, and Argon2id and Argon2i with any parameters. To verify one takes the time of its own
/// function, not that of this server's hashes.
/// </para>
/// <para>
/// libsodium computes the hashes. If its native library cannot be loaded, or if there is more than one lane, BouncyCastle computes them.
/// Both give the same hashes. The constructor chooses the library, and logs which one it uses. All members are thread-safe, and the methods
/// that hash never block.
/// </para>
/// </remarks>
public sealed class Argon2idPasswordHasher : IPasswordHasher, IDisposable, IAsyncDisposable
{
    private readonly ILogger _logger;
    private readonly Argon2Cost _cost;
    private readonly PasswordHash _unreadable;
    private readonly Argon2idFunction _oneLane;
    private readonly Argon2idFunction _manyLanes;
    private readonly HashQueue _queue;

    /// <summary>Starts the threads.</summary>
    /// <param name="options">The cost, the threads and the queue. Later changes to the options have no effect.</param>
    /// <param name="logger">The log for the choice of the library. Default none.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Argon2idPasswordHasher(PasswordHashingOptions options, ILogger<Argon2idPasswordHasher>? logger = null)
        : this(options, logger, LibsodiumArgon2id.Compute, BouncyCastleArgon2id.Compute)
    {
    }

    /// <param name="options">The cost, the threads and the queue.</param>
    /// <param name="logger">Gets which library computes the hashes.</param>
    /// <param name="native">Tried once with the smallest cost. If it throws, it is not used.</param>
    /// <param name="managed">Computes the hashes that <paramref name="native"/> cannot.</param>
    internal Argon2idPasswordHasher(
        PasswordHashingOptions options, ILogger<Argon2idPasswordHasher>? logger, Argon2idFunction native, Argon2idFunction managed)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueLength, 1);
        _cost = new Argon2Cost(options.MemorySize, options.Iterations, options.Parallelism);
        if (!_cost.IsAllowed)
            throw new ArgumentOutOfRangeException(nameof(options), _cost, "The cost parameters are out of their ranges.");
        _logger = logger ?? (ILogger)NullLogger.Instance;
        _unreadable = new PasswordHash(
            _cost, RandomNumberGenerator.GetBytes(PasswordHash.SaltSize), RandomNumberGenerator.GetBytes(PasswordHash.HashSize));
        bool isNative = Works(native);
        _oneLane = isNative ? native : managed;
        _manyLanes = managed;
        int threads = options.Threads > 0 ? options.Threads : Math.Max(1, Environment.ProcessorCount - 1);
        _queue = new HashQueue(threads, options.QueueLength);
        string library = isNative && _cost.Parallelism == 1 ? "libsodium" : "BouncyCastle";
        PasswordHashingEvents.Ready(_logger, library, threads, _cost.MemorySize, _cost.Iterations, _cost.Parallelism);
    }

    /// <summary>The number of passwords that wait to be hashed.</summary>
    internal int QueueLength => _queue.WaitingCount;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="password"/> is empty.</exception>
    /// <exception cref="ObjectDisposedException">The hasher is disposed.</exception>
    /// <exception cref="OutOfMemoryException">There is not enough memory for the hash.</exception>
    public ValueTask<string?> HashAsync(string password, bool hasPriority = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(password);
        return new(_queue.RunAsync<string?>(() => Hash(password), busy: null, hasPriority, cancellationToken));
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The hasher is disposed.</exception>
    /// <exception cref="OutOfMemoryException">There is not enough memory for the hash.</exception>
    public ValueTask<PasswordVerification> VerifyAsync(
        string password, string hash, bool hasPriority = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(password);
        ArgumentNullException.ThrowIfNull(hash);
        return new(_queue.RunAsync(() => Verify(password, hash), PasswordVerification.Busy, hasPriority, cancellationToken));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Hashes are refused that take more than 512 MiB of memory or several seconds: Argon2 with a product of memory (KiB) and iterations above
    /// 1,048,576, scrypt with N·r·p above 2^22, PBKDF2 with more than 10,000,000 iterations, bcrypt with a cost above 16. A hash with this
    /// server's own parameters is never refused.
    /// </remarks>
    public string? FindProblem(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        if (WrappedHash.TryParse(hash, out PasswordHash? stored) || PasswordHash.TryParse(hash, out stored))
            return stored.Cost == _cost ? null : Argon2Hash.FindProblem(stored.Cost);
        return ImportedHash.Parse(hash, out string? problem) is null ? problem : null;
    }

    /// <inheritdoc/>
    /// <remarks>The result is Argon2id of the old hash, <c>$argon2id-sha256$v=19$m=19456,t=2,p=1$salt$hash</c>.</remarks>
    /// <exception cref="ArgumentException"><paramref name="oldHash"/> is not 64 lower-case hexadecimal digits.</exception>
    /// <exception cref="ObjectDisposedException">The hasher is disposed.</exception>
    public ValueTask<string?> WrapAsync(string oldHash, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(oldHash);
        if (!WrappedHash.IsOld(oldHash))
            throw new ArgumentException("An old hash must have 64 lower-case hexadecimal digits.", nameof(oldHash));
        return new(_queue.RunAsync<string?>(() => WrappedHash.Mark(Hash(oldHash)), busy: null, hasPriority: false, cancellationToken));
    }

    /// <summary>
    /// Ends the threads when they have completed their current hashes. Calls that wait in the queue get the same result as for a full
    /// queue. Blocks until the threads have ended.
    /// </summary>
    public void Dispose() => _queue.Dispose();

    /// <summary>
    /// Ends the threads when they have completed their current hashes. Calls that wait in the queue get the same result as for a full
    /// queue.
    /// </summary>
    public ValueTask DisposeAsync() => _queue.DisposeAsync();

    private string Hash(string password)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(PasswordHash.SaltSize);
        byte[] hash = new byte[PasswordHash.HashSize];
        Compute(password, salt, _cost, hash);
        return new PasswordHash(_cost, salt, hash).ToString();
    }

    private PasswordVerification Verify(string password, string text)
    {
        bool isWrapped = WrappedHash.TryParse(text, out PasswordHash? stored);
        if (!isWrapped && !PasswordHash.TryParse(text, out stored) && ImportedHash.Parse(text, out _) is { } imported)
            return VerifyImported(password, imported);
        bool readable = stored is not null;
        stored ??= _unreadable;
        Span<byte> hash = stackalloc byte[PasswordHash.HashSize];
        Compute(isWrapped ? WrappedHash.OldHashOf(password) : password, stored.Salt, stored.Cost, hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, stored.Hash) || !readable)
            return PasswordVerification.Failed;
        return stored.Cost == _cost && !isWrapped ? PasswordVerification.Success : PasswordVerification.SuccessRehashNeeded;
    }

    private static PasswordVerification VerifyImported(string password, IImportedHash hash)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            return hash.Verify(bytes) ? PasswordVerification.SuccessRehashNeeded : PasswordVerification.Failed;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private void Compute(string password, ReadOnlySpan<byte> salt, Argon2Cost cost, Span<byte> hash)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            Argon2idFunction function = cost.Parallelism == 1 ? _oneLane : _manyLanes;
            function(bytes, salt, cost, hash);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private bool Works(Argon2idFunction native)
    {
        try
        {
            native([], stackalloc byte[PasswordHash.SaltSize], Argon2Cost.Least, stackalloc byte[PasswordHash.HashSize]);
            return true;
        }
        catch (Exception e)
        {
            // The library is missing, or made for another processor or version. BouncyCastle computes the same hashes.
            PasswordHashingEvents.NoNativeLibrary(_logger, e);
            return false;
        }
    }
}
