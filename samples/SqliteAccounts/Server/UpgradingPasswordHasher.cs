using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServerLib;
using static BCrypt.Net.BCrypt;

namespace SqliteAccounts;

/// <summary>Makes hashes with Argon2id. Also accepts the bcrypt hashes of the shop, and asks for a new hash for them.</summary>
internal sealed class UpgradingPasswordHasher(IOptions<ServerOptions> options, ILogger<Argon2idPasswordHasher> logger)
    : IPasswordHasher, IAsyncDisposable
{
    private const int CostOfTheShop = 11;
    private static readonly string HashOfNobody = HashPassword(Guid.NewGuid().ToString(), CostOfTheShop);

    private readonly Argon2idPasswordHasher _argon2id = new(options.Value.PasswordHashing, logger);
    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);

    public ValueTask<string?> HashAsync(string password, bool hasPriority = false, CancellationToken cancellationToken = default) =>
        _argon2id.HashAsync(password, hasPriority, cancellationToken);

    public async ValueTask<PasswordVerification> VerifyAsync(
        string password, string hash, bool hasPriority = false, CancellationToken cancellationToken = default)
    {
        PasswordVerification verified = await _argon2id.VerifyAsync(password, hash, hasPriority, cancellationToken);
        if (verified != PasswordVerification.Failed)
            return verified;

        // A failed login does all of this work, whether the account has a new hash, an old one, or does not exist.
        if (!await _cores.WaitAsync(TimeSpan.FromSeconds(5), cancellationToken))
            return PasswordVerification.Busy;
        try
        {
            bool isOld = hash is ['$', '2', ..] and { Length: 60 };
            bool isRight = await Task.Run(() => Verify(password, isOld ? hash : HashOfNobody), cancellationToken);
            return isOld && isRight ? PasswordVerification.SuccessRehashNeeded : PasswordVerification.Failed;
        }
        finally
        {
            _cores.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _argon2id.DisposeAsync();
        _cores.Dispose();
    }
}
