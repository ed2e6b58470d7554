namespace ServerLib.Protocol;

/// <summary>
/// The codes and sentences in RESULT and CLOSE frames. They tell an attacker nothing about names and passwords.
/// </summary>
internal static class CloseCode
{
    /// <summary>The code of a login result.</summary>
    public static string Of(LoginCode code) => code switch
    {
        LoginCode.Ok => "ok",
        LoginCode.Busy => "busy",
        LoginCode.Delayed => "locked",
        LoginCode.Banned => "banned",
        LoginCode.Refused => "refused",
        _ => "failure",
    };

    /// <summary>The login result with this code; <see cref="LoginCode.Failure"/> for an unknown code.</summary>
    public static LoginCode ToLoginCode(string? code) => code switch
    {
        "ok" => LoginCode.Ok,
        "busy" => LoginCode.Busy,
        "locked" => LoginCode.Delayed,
        "banned" => LoginCode.Banned,
        "refused" => LoginCode.Refused,
        _ => LoginCode.Failure,
    };

    /// <summary>The sentence for a login result.</summary>
    public static string? TextOf(LoginCode code) => code switch
    {
        LoginCode.Ok => null,
        LoginCode.Busy => "The server is busy; try again.",
        LoginCode.Delayed => "This account has to wait.",
        LoginCode.Banned => "You are banned from this server.",
        LoginCode.Refused => "This name or password is not allowed here.",
        _ => "The name or the password is wrong.",
    };

    /// <summary>The code of a reason.</summary>
    public static string Of(DisconnectReason reason) => reason switch
    {
        DisconnectReason.ClientLeft => "bye",
        DisconnectReason.LoginTimeout => "login-timeout",
        DisconnectReason.TooManyLoginAttempts => "too-many-attempts",
        DisconnectReason.UnknownProtocol => "unknown-version",
        DisconnectReason.PlaintextRefused => "refused",
        DisconnectReason.BadFrame => "bad-frame",
        DisconnectReason.FrameTooLarge => "frame-too-large",
        DisconnectReason.OutOfTurn => "out-of-turn",
        DisconnectReason.BadKey => "bad-key",
        DisconnectReason.SlowReader => "slow-reader",
        DisconnectReason.IdleTimeout => "idle",
        DisconnectReason.ServerFull => "full",
        DisconnectReason.TooManyFromAddress or DisconnectReason.TooManyUnauthenticated
            or DisconnectReason.TooManyUnauthenticatedFromAddress => "busy",
        DisconnectReason.Banned => "banned",
        DisconnectReason.Kicked => "kicked",
        DisconnectReason.AccountChanged => "account-changed",
        DisconnectReason.ServerShutdown => "shutdown",
        DisconnectReason.Resumed => "resumed",
        _ => "error",
    };

    /// <summary>The sentence for a reason.</summary>
    public static string TextOf(DisconnectReason reason) => reason switch
    {
        DisconnectReason.ClientLeft => "Good-bye.",
        DisconnectReason.LoginTimeout => "You were not logged in within the time allowed.",
        DisconnectReason.TooManyLoginAttempts => "Too many attempts to log in.",
        DisconnectReason.UnknownProtocol => "Versions spoken here: SLIB/2.",
        DisconnectReason.PlaintextRefused => "Passwords are taken over TLS only here.",
        DisconnectReason.BadFrame => "A frame was malformed.",
        DisconnectReason.FrameTooLarge => "A frame was larger than allowed.",
        DisconnectReason.OutOfTurn => "A frame came before its turn.",
        DisconnectReason.BadKey => "The public key is refused.",
        DisconnectReason.SlowReader => "You read too slowly.",
        DisconnectReason.IdleTimeout => "You have been silent for too long.",
        DisconnectReason.ServerFull => "The server is full.",
        DisconnectReason.TooManyFromAddress => "Your address has too many connections.",
        DisconnectReason.TooManyUnauthenticated => "Too many clients are logging in.",
        DisconnectReason.TooManyUnauthenticatedFromAddress => "Too many clients of your address are logging in.",
        DisconnectReason.Banned => "You are banned from this server.",
        DisconnectReason.Kicked => "An admin ended the connection.",
        DisconnectReason.AccountChanged => "Your account was changed; log in again.",
        DisconnectReason.ServerShutdown => "The server shuts down.",
        DisconnectReason.Resumed => "The session continues on another connection.",
        _ => "Something failed on the server's side.",
    };

    /// <summary>How long to wait before connecting again; <see langword="null"/> if waiting does not help, or is not needed.</summary>
    public static TimeSpan? RetryAfter(DisconnectReason reason) => reason switch
    {
        DisconnectReason.ServerShutdown or DisconnectReason.ServerFull => TimeSpan.FromSeconds(5),
        DisconnectReason.TooManyFromAddress => TimeSpan.FromSeconds(5),
        DisconnectReason.TooManyUnauthenticated or DisconnectReason.TooManyUnauthenticatedFromAddress => TimeSpan.FromSeconds(2),
        DisconnectReason.ServerError or DisconnectReason.SlowReader => TimeSpan.FromSeconds(1),
        _ => null,
    };
}
