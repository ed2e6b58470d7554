using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Connections;

/// <summary>Limits how much a client may send: <see cref="ServerLimits.MaxMessageRate"/>. All sessions of a user share one limiter.</summary>
/// <param name="settings">The limit and the clock.</param>
internal sealed class MessageRate(ConnectionSettings settings) : IMessageCharge
{
    /// <summary>A message costs one token per this many bytes.</summary>
    public const int BytesPerToken = 1024;

    /// <summary>
    /// The cost of an entry in an account and in the audit trail, which stays there. So nobody fills a disk faster this way than by logging in.
    /// </summary>
    public const int EntryTokens = 150;

    // The cost of work that is more than passing a message on: a signature to verify and an account to write, and two password hashes. A
    // classic line costs a decryption, which CryptoConcurrencyLimiter limits: existing clients send as fast as before. Encrypting it for
    // its recipients is charged afterwards.
    private const int KeyTokens = 25;
    private const int PasswordTokens = 50;

    private RateLimiter? _limiter;

    /// <summary>The client's limiter. Its own, unless it shares that of its user.</summary>
    public RateLimiter Limiter => LazyInitializer.EnsureInitialized(ref _limiter, static () => new RateLimiter());

    /// <summary>Whether the client has to wait before its next message is read.</summary>
    public bool IsExceeded => IsLimited && Limiter.WaitFor(1, Limit, Now) > 0;

    /// <summary>
    /// How long to read nothing: until the client may send as much as it may in a tenth of a second. A shorter wait would need a timer for
    /// each message.
    /// </summary>
    public TimeSpan Pause
    {
        get
        {
            RateLimit limit = Limit;
            int tokens = Math.Clamp(settings.Options.Limits.MaxMessageRate / 10, 1, limit.Burst);
            double milliseconds = Math.Ceiling(Limiter.WaitFor(tokens, limit, Now) * 1000.0 / settings.Time.TimestampFrequency);
            return TimeSpan.FromMilliseconds(Math.Max(1, milliseconds));
        }
    }

    private bool IsLimited => settings.Options.Limits.MaxMessageRate > 0;

    private long Now => settings.Time.GetTimestamp();

    private RateLimit Limit =>
        RateLimit.PerSecond(settings.Options.Limits.MaxMessageRate, settings.Options.Limits.MaxMessageBurst, settings.Time.TimestampFrequency);

    /// <summary>Uses the limiter of the client's user from now on.</summary>
    public void Share(RateLimiter limiter) => Volatile.Write(ref _limiter, limiter);

    /// <summary>
    /// Charges for a frame that was read. It may cost more than is available, or more than the whole burst; then the next one waits until
    /// that is paid.
    /// </summary>
    public void ChargeFor(int size, MessageKind kind) => Charge(Math.Max((size + BytesPerToken - 1) / BytesPerToken, TokensFor(kind)));

    /// <inheritdoc/>
    public void Charge(int tokens)
    {
        if (tokens > 0 && IsLimited)
            Limiter.Take(tokens, Limit, Now);
    }

    private static int TokensFor(MessageKind kind) => kind switch
    {
        MessageKind.Key => KeyTokens,
        MessageKind.Password => PasswordTokens,
        _ => 0,
    };
}
