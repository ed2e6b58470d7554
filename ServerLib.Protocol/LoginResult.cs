using System.Globalization;
using System.Security.Claims;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>The result of a login attempt.</summary>
/// <param name="Code">The answer.</param>
/// <param name="Alias">The account's name as registered. Default the name that the client has sent.</param>
/// <param name="RetryAfter">How long the client should wait before the next attempt, where waiting helps.</param>
public readonly record struct LoginResult(LoginCode Code, string? Alias = null, TimeSpan? RetryAfter = null)
{
    /// <summary>
    /// The text that the client is shown; <see langword="null"/> for the default text of <see cref="Code"/>. It must not contain anything
    /// that helps to guess names or passwords.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>
    /// What was wrong with the login, as a short text for the admin. It is written to the audit trail and the activity log, and not sent to
    /// the client. Default <see langword="null"/>.
    /// </summary>
    public string? Detail { get; init; }

    /// <summary>The name of the key that was used to log in, for the audit trail; <see langword="null"/> for a login by password.</summary>
    public string? KeyName { get; init; }

    /// <summary>The user's identity, which becomes <c>Connection.User</c>. Default <see langword="null"/>.</summary>
    public ClaimsPrincipal? User { get; init; }

    /// <summary>Whether the client is logged in.</summary>
    public bool IsOk => Code == LoginCode.Ok;

    /// <summary>Whether a registration was refused because its address has registered too many accounts.</summary>
    internal bool IsRegistrationLimit { get; init; }

    /// <summary>The exception because of which the server cannot decide; <see langword="null"/> if there was none.</summary>
    internal Exception? Failure { get; init; }

    /// <summary>The client is logged in.</summary>
    /// <param name="alias">The account's name as registered.</param>
    public static LoginResult Ok(string alias) => new(LoginCode.Ok, alias);

    /// <summary>The name or the password breaks a rule, or registration is closed.</summary>
    /// <param name="text">The text that the client is shown.</param>
    public static LoginResult Refused(string text) => new(LoginCode.Refused) { Text = text };

    /// <summary>The client has to wait before it may try again.</summary>
    /// <param name="wait">
    /// How long. It is rounded up to whole seconds, so that a client that waits for the shown time has waited long enough.
    /// </param>
    public static LoginResult Delayed(TimeSpan wait) => new(LoginCode.Delayed, RetryAfter: WholeSeconds(wait));

    /// <summary>The client has to wait before it may register: its address has registered too many accounts.</summary>
    /// <param name="wait">How long, as for <see cref="Delayed"/>.</param>
    public static LoginResult TooManyRegistrations(TimeSpan wait)
    {
        LoginResult delayed = Delayed(wait);
        return delayed with
        {
            IsRegistrationLimit = true,
            Text = string.Create(
                CultureInfo.InvariantCulture,
                $"Too many accounts were registered from your address. Try again in {delayed.RetryAfter!.Value.TotalSeconds:0} seconds."),
        };
    }

    /// <summary>The credentials were right, but the server has no room for another session.</summary>
    internal static LoginResult ServerFull() => new(LoginCode.Busy, RetryAfter: CloseCode.RetryAfter(DisconnectReason.ServerFull))
    {
        Text = CloseCode.TextOf(DisconnectReason.ServerFull),
    };

    /// <summary>The credentials were right, but the user has too many sessions.</summary>
    internal static LoginResult TooManySessions(TimeSpan wait)
    {
        TimeSpan retryAfter = WholeSeconds(wait);
        return new LoginResult(LoginCode.Busy, RetryAfter: retryAfter)
        {
            Text = string.Create(
                CultureInfo.InvariantCulture,
                $"You are logged in too often already. End another session, or try again in {retryAfter.TotalSeconds:0} seconds."),
        };
    }

    /// <summary>The credentials were right, but the user has logged in too often.</summary>
    internal static LoginResult TooOften(TimeSpan wait)
    {
        TimeSpan retryAfter = WholeSeconds(wait);
        return new LoginResult(LoginCode.Busy, RetryAfter: retryAfter)
        {
            Text = string.Create(
                CultureInfo.InvariantCulture, $"You have logged in too often of late. Try again in {retryAfter.TotalSeconds:0} seconds."),
        };
    }

    private static TimeSpan WholeSeconds(TimeSpan wait) => TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds));
}
