using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;
using ServerLib;

namespace ExternalLogin;

/// <summary>Remembers right logins for a minute, so that clients that reconnect do not depend on the service.</summary>
/// <remarks>
/// It stores no passwords, but keyed hashes (HMAC-SHA256). The key exists only in the memory of this process. A wrong password is never
/// remembered, so guesses cannot push other entries out.
/// </remarks>
internal sealed class LoginCache(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly MemoryCache _users = new(new MemoryCacheOptions { Clock = new Clock(time), SizeLimit = 10_000 });

    public ExternalUser? Find(Credentials credentials) => _users.Get<ExternalUser>(HashOf(credentials));

    public void Add(Credentials credentials, ExternalUser user) =>
        _users.Set(HashOf(credentials), user, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = Lifetime, Size = 1 });

    public void Dispose() => _users.Dispose();

    // With the length, no two pairs of name and password give the same text.
    private string HashOf(Credentials credentials) => Convert.ToHexString(HMACSHA256.HashData(
        _key, Encoding.UTF8.GetBytes($"{credentials.Username.Length}:{credentials.Username}{credentials.Password}")));

    private sealed class Clock(TimeProvider time) : ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
