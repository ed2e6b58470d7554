using ServerLib.Connections;
using ServerLib.Protocol;

namespace ServerLib.Authentication;

/// <summary>
/// Verifies a ticket before the <see cref="IAuthenticator"/> sees it, and prepares the ticket that a client gets after its login. A ticket
/// that is not valid is not looked up, so it tells nothing about the account.
/// </summary>
internal sealed class TicketStep(TicketIssuer tickets) : ILoginStep
{
    public async ValueTask<LoginResult> AuthenticateAsync(
        LoginContext context, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next, CancellationToken cancellationToken)
    {
        Credentials credentials = context.Credentials;
        if (credentials.UnverifiedTicket is { } text)
            return await ByTicketAsync(context, text, next, cancellationToken).ConfigureAwait(false);
        if (credentials.IsConfirmation || !AcceptsTickets(context))
            return await next(context, cancellationToken).ConfigureAwait(false);

        // Before the credentials are checked: if the account changes afterwards, the ticket is not valid.
        Guid? stamp = await FindStampAsync(credentials.Username, cancellationToken).ConfigureAwait(false);
        LoginResult result = await next(context, cancellationToken).ConfigureAwait(false);
        if (result.IsOk)
        {
            // Without a stamp, this login may have registered the account.
            stamp ??= await FindStampAsync(result.Alias!, cancellationToken).ConfigureAwait(false);
            Prepare(context, result, stamp, tickets.Now);
        }

        return result;
    }

    private static bool AcceptsTickets(LoginContext context) => context.Client.Link.Compact is { AcceptsTickets: true };

    private static void Prepare(LoginContext context, LoginResult result, Guid? stamp, long lastLogin)
    {
        if (stamp is { } value && AcceptsTickets(context) && UserName.Same(result.Alias!, context.Credentials.Username))
            context.NewTicket = new ConnectionTicket(value, lastLogin);
    }

    private async ValueTask<LoginResult> ByTicketAsync(
        LoginContext context,
        string text,
        Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next,
        CancellationToken cancellationToken)
    {
        Credentials credentials = context.Credentials;
        if (!tickets.TryVerify(text, credentials.Username, out Ticket? ticket, out string? problem))
            return new LoginResult(LoginCode.Failure) { Detail = problem };
        LoginResult current = await tickets.Stamps.AuthenticateStampAsync(credentials, ticket.Stamp, cancellationToken).ConfigureAwait(false);
        if (!current.IsOk)
            return current;
        context.Ticket = new LoginTicket(
            current.Alias ?? ticket.Alias,
            DateTimeOffset.FromUnixTimeMilliseconds(ticket.IssuedAt),
            DateTimeOffset.FromUnixTimeMilliseconds(ticket.LastLogin));
        LoginResult result = await next(context, cancellationToken).ConfigureAwait(false);
        if (result.IsOk)
            Prepare(context, result, ticket.Stamp, ticket.LastLogin);
        return result;
    }

    /// <returns><see langword="null"/> also if the database fails: then there is no ticket.</returns>
    private async ValueTask<Guid?> FindStampAsync(string username, CancellationToken cancellationToken)
    {
        try
        {
            return await tickets.Stamps.GetStampAsync(username, cancellationToken).ConfigureAwait(false);
        }
        catch (ServerLibException)
        {
            return null;
        }
    }
}
