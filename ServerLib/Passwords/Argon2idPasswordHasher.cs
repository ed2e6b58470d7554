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
/// libsodium computes the hashes. If its native library cannot be loaded, or if there is more than one lane, BouncyCastle computes them.
/// Both give the same hashes. The constructor chooses the library, and logs which one it uses. All members are thread-safe, and the methods
/// that hash never block.
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

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="password"/> is empty.</exception>
    /// <exception cref="ObjectDisposedException">The hasher is disposed.</exception>
    /// <exception cref="OutOfMemoryException">There is not enough memory for the hash.</exception>
    public ValueTask<string?> HashAsync(string password, bool hasPriority = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(password);
        return new(_queue.RunAsync(() => Hash(password), busy: null, hasPriority, cancellationToken));
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

    private string? Hash(string password)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(PasswordHash.SaltSize);
        byte[] hash = new byte[PasswordHash.HashSize];
        Compute(password, salt, _cost, hash);
        return new PasswordHash(_cost, salt, hash).ToString();
    }

    private PasswordVerification Verify(string password, string text)
    {
        bool readable = PasswordHash.TryParse(text, out PasswordHash? stored);
        stored ??= _unreadable;
        Span<byte> hash = stackalloc byte[PasswordHash.HashSize];
        Compute(password, stored.Salt, stored.Cost, hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, stored.Hash) || !readable)
            return PasswordVerification.Failed;
        return stored.Cost == _cost ? PasswordVerification.Success : PasswordVerification.SuccessRehashNeeded;
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
