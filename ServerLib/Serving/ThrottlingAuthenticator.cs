using System.Net;
using ServerLib.Admission;

namespace ServerLib.Serving;

/// <summary>Lets nobody guess: who has to wait is told so before anything is looked up, and what fails is counted.</summary>
internal sealed class ThrottlingAuthenticator(IAuthenticator authenticator, GuessBook guesses, GuessReports reports) : IAuthenticator
{
    /// <summary>As many as it takes until an address is refused.</summary>
    private const int AtOnce = 3;

    private readonly LoginTurns _turns = new(AtOnce);

    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        if (!guesses.Known.TryFind(credentials.Address, out AddressBlock block))
            return await AttemptAsync(credentials, cancellationToken).ConfigureAwait(false);
        using IDisposable turn = await _turns.EnterAsync(block, cancellationToken).ConfigureAwait(false);
        return await AttemptAsync(credentials, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<LoginResult> AttemptAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        EndPoint? address = credentials.Address;
        if (guesses.Addresses.IsRefused(address, out TimeSpan wait))
            return LoginResult.Locked(wait);
        if (!guesses.Accounts.TryBegin(
            credentials.Username, guesses.Known.BlockOf(address), SecretOf(credentials), out LoginAttempt attempt, out wait))
        {
            return LoginResult.Locked(wait);
        }

        // Whoever gives up before there is an answer has learned nothing.
        LoginCode code = LoginCode.Busy;
        try
        {
            LoginResult result = await authenticator.AuthenticateAsync(credentials, cancellationToken).ConfigureAwait(false);
            code = result.Code;
            return result;
        }
        finally
        {
            AccountDelay? delay = guesses.Accounts.End(attempt, code, out bool isNews);
            if (delay is not null)
                reports.Locked(delay, credentials);

            // A device that nobody has told the new password must not shut its whole house out.
            if (isNews)
                reports.Penalised(guesses.Addresses.Add(address, PenaltyBook.FailedLogin));
        }
    }

    /// <summary>
    /// What is guessed, so that two guesses are one only when all of it is the same. A signature that proves nothing is never the same.
    /// </summary>
    private static string SecretOf(Credentials credentials)
    {
        if (!credentials.IsByKey)
            return $"password {credentials.Password.Length} {credentials.Password}{credentials.Invitation}";
        return "key " + (credentials.ProvenKey.IsEmpty ? Guid.NewGuid().ToString() : UserKey.FingerprintOf(credentials.ProvenKey.Span));
    }
}
