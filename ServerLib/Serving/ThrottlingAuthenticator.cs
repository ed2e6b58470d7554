using System.Net;
using ServerLib.Admission;

namespace ServerLib.Serving;

/// <summary>Lets nobody guess: who has to wait is told so before anything is looked up, and what fails is counted.</summary>
internal sealed class ThrottlingAuthenticator(IAuthenticator authenticator, GuessBook guesses, GuessReports reports) : IAuthenticator
{
    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        EndPoint? address = credentials.Address;
        if (guesses.Addresses.IsRefused(address, out TimeSpan wait))
            return LoginResult.Locked(wait);

        // Another invitation is another guess, and so is another key.
        string secret = credentials.IsByKey
            ? UserKey.FingerprintOf(credentials.ProvenKey.Span)
            : credentials.Password + credentials.Invitation;
        if (!guesses.Accounts.TryBegin(credentials.Username, guesses.Known.BlockOf(address), secret, out LoginAttempt attempt, out wait))
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
}
