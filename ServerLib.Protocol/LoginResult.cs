using System.Globalization;

namespace ServerLib;

/// <summary>The result of a login attempt.</summary>
/// <param name="Code">How it ended.</param>
/// <param name="Alias">The account's name as registered. Set if <paramref name="Code"/> is <see cref="LoginCode.Ok"/>.</param>
/// <param name="RetryAfter">How long to wait before the next attempt; <see langword="null"/> if waiting does not help.</param>
public readonly record struct LoginResult(LoginCode Code, string? Alias = null, TimeSpan? RetryAfter = null)
{
    /// <summary>
    /// The sentence for the client; <see langword="null"/> for the one that belongs to <see cref="Code"/>. It must not help an attacker to
    /// guess a name or password.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>The name of the key that was used, for the audit trail; <see langword="null"/> for a login without a key.</summary>
    public string? KeyName { get; init; }

    /// <summary>Whether the client is logged in.</summary>
    public bool IsOk => Code == LoginCode.Ok;

    /// <summary>A successful login as <paramref name="alias"/>.</summary>
    public static LoginResult Ok(string alias) => new(LoginCode.Ok, alias);

    /// <summary>Whether this is a registration that was refused because its address has registered too many accounts.</summary>
    internal bool IsRegistration { get; init; }

    /// <summary>Whether the login was correct, but the user logs in too often.</summary>
    internal bool IsTooOften { get; init; }

    /// <summary>A login that must wait. The time is rounded up to whole seconds, so that a client that waits as long as told succeeds.</summary>
    internal static LoginResult Locked(TimeSpan wait) => new(LoginCode.Locked, RetryAfter: WholeSeconds(wait));

    /// <summary>A registration that must wait.</summary>
    internal static LoginResult TooManyRegistered(TimeSpan wait)
    {
        LoginResult locked = Locked(wait);
        return locked with
        {
            IsRegistration = true,
            Text = string.Create(
                CultureInfo.InvariantCulture,
                $"Too many accounts were registered from your address. Try again in {locked.RetryAfter!.Value.TotalSeconds:0} seconds."),
        };
    }

    /// <summary>A correct login that must wait, because the user logs in too often.</summary>
    internal static LoginResult TooOften(TimeSpan wait)
    {
        TimeSpan retryAfter = WholeSeconds(wait);
        return new LoginResult(LoginCode.Busy, RetryAfter: retryAfter)
        {
            IsTooOften = true,
            Text = string.Create(
                CultureInfo.InvariantCulture, $"You have logged in too often of late. Try again in {retryAfter.TotalSeconds:0} seconds."),
        };
    }

    private static TimeSpan WholeSeconds(TimeSpan wait) => TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds));
}
