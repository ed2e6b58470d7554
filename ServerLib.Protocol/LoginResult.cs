using System.Globalization;

namespace ServerLib;

/// <summary>What an attempt to log in came to.</summary>
/// <param name="Code">How it ended.</param>
/// <param name="Alias">The account's name as registered; set when <paramref name="Code"/> is <see cref="LoginCode.Ok"/>.</param>
/// <param name="RetryAfter">How long to wait before the next attempt, where waiting helps.</param>
public readonly record struct LoginResult(LoginCode Code, string? Alias = null, TimeSpan? RetryAfter = null)
{
    /// <summary>What the client is told, where that is more than the code's own sentence; nothing that helps a guesser.</summary>
    public string? Text { get; init; }

    /// <summary>What the account calls the key that the login was by, for the audit trail; <see langword="null"/> where there is none.</summary>
    public string? KeyName { get; init; }

    /// <summary>Whether the client is logged in.</summary>
    public bool IsOk => Code == LoginCode.Ok;

    /// <summary>A login as <paramref name="alias"/>.</summary>
    public static LoginResult Ok(string alias) => new(LoginCode.Ok, alias);

    /// <summary>Whether it was a registration, refused because its address has made too many.</summary>
    internal bool IsRegistration { get; init; }

    /// <summary>Whether all was right, but the user logs in too often.</summary>
    internal bool IsTooOften { get; init; }

    /// <summary>One that has to wait: in whole seconds, so that who has waited for as long has waited long enough.</summary>
    internal static LoginResult Locked(TimeSpan wait) => new(LoginCode.Locked, RetryAfter: WholeSeconds(wait));

    /// <summary>A registration that has to wait likewise.</summary>
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

    /// <summary>One whose user has to wait likewise, for he comes and goes too often.</summary>
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
