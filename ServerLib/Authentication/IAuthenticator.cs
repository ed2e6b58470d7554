namespace ServerLib;

/// <summary>Decides who may log in.</summary>
/// <remarks>
/// <para>An implementation only decides on an attempt. The server does the rest, as for its own <see cref="Authenticator"/>:</para>
/// <list type="bullet">
/// <item>If the address or account has to wait after failed logins, the answer is <see cref="LoginCode.Delayed"/>. The authenticator is not
/// called.</item>
/// <item><see cref="LoginCode.Failure"/> counts as a guess, for the account and for the address (<see cref="LoginThrottle"/>). The audit
/// trail records it as <see cref="AuditEvent.FailedLogin"/>.</item>
/// <item>After <see cref="LoginCode.Ok"/>, the server still refuses the login if no user may have the name, if the user is banned, or if
/// the user has <see cref="ServerLimits.MaxSessionsPerUser"/> sessions.</item>
/// <item><see cref="LoginCode.Busy"/> means that the authenticator cannot decide now. It does not count as an attempt. Any other answer
/// counts towards <see cref="LoginOptions.MaxAttempts"/>.</item>
/// <item>Every refusal is written to the activity log.</item>
/// </list>
/// <para>
/// The server verifies a ticket (<see cref="Credentials.Ticket"/>) before it calls the authenticator, which may still refuse it.
/// </para>
/// <para>
/// The implementation decides which names are allowed, who may register, and whether a key (<see cref="Credentials.IsByKey"/>) belongs to
/// the account. It may register an unknown name only if <see cref="Credentials.MayRegister"/> is set, and can require an
/// <see cref="Credentials.Invitation"/>. It can limit registrations with <see cref="LoginThrottle.TryCountRegistration"/>. It should take
/// the same time for an unknown name as for a known one. The server also calls it when a logged-in user changes the password
/// (<see cref="Credentials.IsConfirmation"/>).
/// </para>
/// <para>Several threads may call it at the same time.</para>
/// </remarks>
public interface IAuthenticator
{
    /// <summary>Decides on one attempt.</summary>
    /// <param name="credentials">What the client has sent. It is not validated.</param>
    /// <param name="cancellationToken">Canceled when the client has disconnected.</param>
    /// <returns>
    /// The answer. With <see cref="LoginCode.Ok"/>, <see cref="LoginResult.Alias"/> is the account's name as registered, and
    /// <see cref="LoginResult.User"/> can set <see cref="Connection.User"/>. The client is shown <see cref="LoginResult.Text"/>.
    /// </returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default);
}
