namespace ServerLib;

/// <summary>Decides on logins.</summary>
/// <remarks>
/// <para>
/// An implementation decides on one attempt and nothing else. The server does the rest, as for its own <see cref="Authenticator"/>:
/// </para>
/// <list type="bullet">
/// <item>An address or account that has to wait after failed logins is answered <see cref="LoginCode.Delayed"/>. The authenticator is not
/// called.</item>
/// <item><see cref="LoginCode.Failure"/> counts as a guess, for the account and for the address (<see cref="LoginThrottle"/>). The audit
/// trail records it as <see cref="AuditEvent.FailedLogin"/>.</item>
/// <item><see cref="LoginCode.Ok"/> with a name that no user may have is refused, before anything is written.</item>
/// <item><see cref="LoginCode.Ok"/> is refused if the user is banned, or has <see cref="ServerLimits.MaxSessionsPerUser"/> sessions.</item>
/// <item><see cref="LoginCode.Busy"/> means that the authenticator cannot decide now. It does not count as an attempt. Any other answer
/// counts towards <see cref="LoginOptions.MaxAttempts"/>.</item>
/// <item>Every refusal is written to the activity log.</item>
/// </list>
/// <para>
/// The implementation decides which names are allowed, who may register, and whether a key (<see cref="Credentials.IsByKey"/>) belongs to
/// the account. It registers an unknown name only if <see cref="Credentials.MayRegister"/> is set, which excludes banned names, and may
/// ask for an <see cref="Credentials.Invitation"/>. It can count registrations with <see cref="LoginThrottle.TryCountRegistration"/>. It
/// should take the same time for an unknown name as for a known one. It is also called when a logged-in user changes the password
/// (<see cref="Credentials.IsConfirmation"/>).
/// </para>
/// <para>Several threads may call it at the same time.</para>
/// </remarks>
public interface IAuthenticator
{
    /// <summary>Decides on one attempt.</summary>
    /// <param name="credentials">What the client has sent. It is not validated.</param>
    /// <param name="cancellationToken">Cancelled when the client has disconnected.</param>
    /// <returns>
    /// The answer. <see cref="LoginCode.Ok"/> has the account's name as registered, by default as the client has sent it. It may have a
    /// <see cref="LoginResult.User"/> for <see cref="Connection.User"/>. The client is shown <see cref="LoginResult.Text"/>.
    /// </returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default);
}
