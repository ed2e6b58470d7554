using ServerLib.Protocol;
using ServerLib.RateLimiting;
using ServerLib.Transport;

namespace ServerLib;

/// <content>How much the client may say: <see cref="ServerLimits.MaxMessageRate"/>.</content>
public sealed partial class Connection : IMessageCharge
{
    /// <summary>What is answered of a stranger who does not log in: pings, and what is not known here.</summary>
    private const int MaxRepliesBeforeLogin = 64;

    // What others have to read as well.
    internal const int BytesPerToken = 1024;

    /// <summary>
    /// For what is written into accounts and audit trail, to be kept: once it is, so that nobody fills a disk faster than by logging in.
    /// </summary>
    internal const int EntryTokens = 150;

    // By what they cost the server, where that is more than to be sent on: checking a signature, writing to the accounts; two passwords'
    // hashes. A classic line costs a decryption, for which there is the CryptoConcurrencyLimiter: existing clients may send as they did. To
    // encrypt for those who get it is charged for afterwards.
    private const int KeyTokens = 25;
    private const int PasswordTokens = 50;

    // Of a loop of one's own each connection has its own; what is logged in to the server has its user's.
    private RateLimiter _frames = new();
    private bool _isHeldBack;
    private int _repliesBeforeLogin;

    private RateLimit Rate => RateLimit.PerSecond(Options.Limits.MaxMessageRate, Options.Limits.MaxMessageBurst, _settings.Time.TimestampFrequency);

    /// <summary>Whether the client has exceeded its message rate, so that the next read waits.</summary>
    internal bool IsHeldBack => _isHeldBack;

    /// <summary>Whether the client may say one thing more now. What it has said already stays where it is if not.</summary>
    private bool MaySayMore<T>()
    {
        _isHeldBack = IsLimited<T>() && _frames.WaitFor(1, Rate, _settings.Time.GetTimestamp()) > 0;
        return !_isHeldBack;
    }

    /// <summary>
    /// Charges for a frame, which may have cost more than was there: the next one waits until that is paid. So one that is dearer than
    /// the whole burst is read all the same.
    /// </summary>
    private void CountFrame<T>(int size, T value)
    {
        if (IsLimited<T>())
            _frames.Take(Math.Max((size + BytesPerToken - 1) / BytesPerToken, TokensFor(value)), Rate, _settings.Time.GetTimestamp());
    }

    /// <inheritdoc cref="IMessageCharge.Charge"/>
    internal void Charge(int tokens)
    {
        if (tokens > 0 && Options.Limits.MaxMessageRate > 0)
            _frames.Take(tokens, Rate, _settings.Time.GetTimestamp());
    }

    void IMessageCharge.Charge(int tokens) => Charge(tokens);

    private static int TokensFor<T>(T value) => value is not Message message ? 0 : message.Kind switch
    {
        MessageKind.Key => KeyTokens,
        MessageKind.Password => PasswordTokens,
        _ => 0,
    };

    // Of the login itself the attempts are counted.
    private void CountReply<T>()
    {
        if (IsBeforeLogin<T>() && ++_repliesBeforeLogin > MaxRepliesBeforeLogin)
            End(DisconnectReason.OutOfTurn);
    }

    private bool IsLimited<T>() => !IsBeforeLogin<T>() && Options.Limits.MaxMessageRate > 0;

    private static bool IsBeforeLogin<T>() => typeof(T) != typeof(Message);

    /// <summary>
    /// Reads nothing until the client may say what it can say in a tenth of a second, so that there is no timer for each word.
    /// </summary>
    /// <returns><see langword="false"/> when the connection has ended.</returns>
    private async ValueTask<bool> HoldBackAsync(CancellationToken cancellationToken)
    {
        RateLimit rate = Rate;
        int tokens = Math.Clamp(Options.Limits.MaxMessageRate / 10, 1, rate.Burst);
        double milliseconds = Math.Ceiling(_frames.WaitFor(tokens, rate, _settings.Time.GetTimestamp()) * 1000.0 / _settings.Time.TimestampFrequency);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Aborted);
        try
        {
            _link.Input.ReleaseIfEmpty();
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, milliseconds)), _settings.Time, either.Token).ConfigureAwait(false);

            // Who is not listened to is not silent; but who has reset the connection has taken back what was not read.
            MarkActivity();
            if (_link.Transport.Socket is { } socket && DisconnectDetector.IsReset(socket))
                End(DisconnectReason.ConnectionLost);
        }
        catch (OperationCanceledException) when (Reason != DisconnectReason.None)
        {
            // Ended from elsewhere.
        }

        return Reason == DisconnectReason.None;
    }
}
