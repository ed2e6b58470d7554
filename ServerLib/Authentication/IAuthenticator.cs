namespace ServerLib;

/// <summary>Says who a client is.</summary>
/// <remarks>
/// <para>
/// One of your own decides on a login and nothing else: around it the server does the same as around its <see cref="Authenticator"/>. Before
/// it, whoever has to wait for having guessed, by address or account, is answered <see cref="LoginCode.Locked"/>, and it is not asked. After
/// it, a <see cref="LoginCode.Failure"/> counts as a guess, of the account and of the address (<see cref="LoginThrottle"/>), and is an entry
/// <see cref="AuditEvent.FailedLogin"/>; who is let in is refused all the same while his name is banned, or when he has
/// <see cref="ServerLimits.MaxSessionsPerUser"/> already; every refusal is in the activity log. Of one connection
/// <see cref="LoginOptions.MaxAttempts"/> are passed on. Answer <see cref="LoginCode.Busy"/>, which counts as no attempt, where you
/// can't decide for now.
/// </para>
/// <para>
/// It is asked, too, when a user who is logged in changes his password (<see cref="Credentials.IsConfirmation"/>). What is yours: names that
/// are reserved or not allowed, who may register, a login that is by key (<see cref="Credentials.IsByKey"/>), and that an unknown name takes
/// as long as a known one. Called at once from several threads.
/// </para>
/// </remarks>
public interface IAuthenticator
{
    /// <summary>Decides on one attempt to log in.</summary>
    /// <param name="credentials">What the client gave; anything may stand in it.</param>
    /// <param name="cancellationToken">Cancelled when the client has gone.</param>
    /// <returns>
    /// How it ended, and the account's name as registered when it ended well; a <see cref="LoginResult.Text"/> is shown to the client.
    /// </returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default);
}
