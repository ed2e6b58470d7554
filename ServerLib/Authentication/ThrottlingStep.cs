using System.Net;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// Stops password guessing. A delayed address or account is refused before anything is looked up, and failures are counted.
/// </summary>
/// <param name="throttle">Counts the failures.</param>
/// <param name="reports">Reports the penalties and delays that begin.</param>
/// <param name="atOnce">
/// The number of attempts from one address at the same time. By default as many as it takes until the address is refused.
/// </param>
internal sealed class ThrottlingStep(LoginThrottle throttle, LoginThrottleReports reports, int atOnce = 3) : ILoginStep
{
    private readonly PerAddressConcurrencyLimiter _concurrency = new(atOnce);

    /// <inheritdoc cref="PerAddressConcurrencyLimiter.Limit"/>
    public int MaxConcurrentPerAddress
    {
        set => _concurrency.Limit = value;
    }

    public async ValueTask<LoginResult> AuthenticateAsync(
        LoginContext context, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next, CancellationToken cancellationToken)
    {
        if (!throttle.PenalizedAddresses.TryFind(context.Credentials.Address, out AddressBlock block))
            return await AttemptAsync(context, next, cancellationToken).ConfigureAwait(false);
        using IDisposable slot = await _concurrency.AcquireAsync(block, cancellationToken).ConfigureAwait(false);
        return await AttemptAsync(context, next, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<LoginResult> AttemptAsync(
        LoginContext context, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next, CancellationToken cancellationToken)
    {
        if (throttle.Addresses.IsRefused(context.Credentials.Address, out TimeSpan wait))
            return new(LoginResult.Delayed(wait));
        return context.Credentials switch
        {
            { IsByKey: true } => ByKeyAsync(context, next, cancellationToken),
            { UnverifiedTicket: not null } => ByTicketAsync(context, next, cancellationToken),
            _ => ByPasswordAsync(context, next, cancellationToken),
        };
    }

    /// <summary>
    /// A ticket cannot be guessed, and a client may present an old one after any pause: password guessing does not delay logins by ticket, and
    /// a ticket that is not valid is not counted.
    /// </summary>
    private async ValueTask<LoginResult> ByTicketAsync(
        LoginContext context, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next, CancellationToken cancellationToken)
    {
        LoginResult result = await next(context, cancellationToken).ConfigureAwait(false);
        if (result.IsOk)
            throttle.Accounts.LoggedInWithoutPassword(context.Credentials.Username, throttle.PenalizedAddresses.BlockOf(context.Credentials.Address));
        return result;
    }

    /// <summary>A key cannot be guessed: password guessing does not delay logins by key, and a wrong key delays nobody else.</summary>
    private async ValueTask<LoginResult> ByKeyAsync(
        LoginContext context, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next, CancellationToken cancellationToken)
    {
        Credentials credentials = context.Credentials;
        LoginResult result = await next(context, cancellationToken).ConfigureAwait(false);
        AddressBlock from = throttle.PenalizedAddresses.BlockOf(credentials.Address);
        if (result.IsOk)
            throttle.Accounts.LoggedInWithoutPassword(credentials.Username, from);
        else if (result.Code == LoginCode.Failure && throttle.Keys.Add(credentials.Username, from, credentials.ProvenKey.Span))
            Penalize(credentials.Address);
        return result;
    }

    private async ValueTask<LoginResult> ByPasswordAsync(
        LoginContext context, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next, CancellationToken cancellationToken)
    {
        Credentials credentials = context.Credentials;
        if (!throttle.Accounts.TryBegin(
            credentials.Username, throttle.PenalizedAddresses.BlockOf(credentials.Address), SecretOf(credentials), out LoginAttempt attempt, out TimeSpan wait))
        {
            return LoginResult.Delayed(wait);
        }

        context.IsKnownAddress = attempt.HasPriority;

        // A client that disconnects before the answer has learned nothing.
        LoginCode code = LoginCode.Busy;
        try
        {
            LoginResult result = await next(context, cancellationToken).ConfigureAwait(false);
            code = result.Code;
            return result;
        }
        finally
        {
            AccountDelay? delay = throttle.Accounts.End(attempt, code, out bool isNews);
            if (delay is not null)
                reports.Delayed(delay, credentials);

            // The same wrong password again adds nothing: a device with an old password must not delay its household.
            if (isNews)
                Penalize(credentials.Address);
        }
    }

    private void Penalize(EndPoint? address) => reports.Penalized(throttle.Addresses.Add(address, AddressPenalties.FailedLogin));

    /// <summary>What a client guesses: two guesses are the same only if all of it is.</summary>
    private static string SecretOf(Credentials credentials) =>
        $"{credentials.Password.Length} {credentials.Password}{credentials.Invitation}";
}
