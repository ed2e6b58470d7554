using System.Net;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>Lets nobody guess: who has to wait is told so before anything is looked up, and what fails is counted.</summary>
internal sealed class ThrottlingAuthenticator(IAuthenticator authenticator, LoginThrottle guesses, LoginThrottleReports reports) : IAuthenticator
{
    /// <summary>As many as it takes until an address is refused.</summary>
    private const int AtOnce = 3;

    private readonly PerAddressConcurrencyLimiter _turns = new(AtOnce);

    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        if (!guesses.Known.TryFind(credentials.Address, out AddressBlock block))
            return await AttemptAsync(credentials, cancellationToken).ConfigureAwait(false);
        using IDisposable turn = await _turns.AcquireAsync(block, cancellationToken).ConfigureAwait(false);
        return await AttemptAsync(credentials, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<LoginResult> AttemptAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        if (guesses.Addresses.IsRefused(credentials.Address, out TimeSpan wait))
            return new(LoginResult.Locked(wait));
        return credentials.IsByKey ? ByKeyAsync(credentials, cancellationToken) : ByPasswordAsync(credentials, cancellationToken);
    }

    /// <summary>A right signature is no guess: those who guess passwords don't hold it up, and a wrong one holds up nobody else.</summary>
    private async ValueTask<LoginResult> ByKeyAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        LoginResult result = await authenticator.AuthenticateAsync(credentials, cancellationToken).ConfigureAwait(false);
        AddressBlock from = guesses.Known.BlockOf(credentials.Address);
        if (result.IsOk)
            guesses.Accounts.LoggedInByKey(credentials.Username, from);
        else if (result.Code == LoginCode.Failure && guesses.Keys.Add(credentials.Username, from, credentials.ProvenKey.Span))
            Penalize(credentials.Address);
        return result;
    }

    private async ValueTask<LoginResult> ByPasswordAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        if (!guesses.Accounts.TryBegin(
            credentials.Username, guesses.Known.BlockOf(credentials.Address), SecretOf(credentials), out LoginAttempt attempt, out TimeSpan wait))
        {
            return LoginResult.Locked(wait);
        }

        credentials.IsKnownAddress = attempt.HasPriority;

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
                Penalize(credentials.Address);
        }
    }

    private void Penalize(EndPoint? address) => reports.Penalized(guesses.Addresses.Add(address, AddressPenalties.FailedLogin));

    /// <summary>What is guessed, so that two guesses are one only when all of it is the same.</summary>
    private static string SecretOf(Credentials credentials) =>
        $"{credentials.Password.Length} {credentials.Password}{credentials.Invitation}";
}
