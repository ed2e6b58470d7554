using System.Diagnostics.CodeAnalysis;
using ServerLib.Accounts;
using ServerLib.Connections;
using ServerLib.Protocol;

namespace ServerLib.Authentication;

/// <summary>Issues the tickets of a server, and verifies them.</summary>
/// <param name="stamps">The accounts' security stamps.</param>
/// <param name="ring">The keys.</param>
/// <param name="options">How long tickets are valid.</param>
/// <param name="time">The clock.</param>
internal sealed class TicketIssuer(IAccountStamps stamps, TicketKeyRing ring, LoginOptions options, TimeProvider time)
{
    /// <summary>
    /// How long a connection must stay open after its account's stamp has changed before it gets the next ticket. The code that changes an
    /// account ends its connections a moment later.
    /// </summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(5);

    /// <summary>How much the clocks of two servers may differ.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(30);

    public IAccountStamps Stamps => stamps;

    public TicketKeyRing Ring => ring;

    /// <summary>The current time, as tickets contain it.</summary>
    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Issues the first ticket of a connection, and later ones from now on.</summary>
    /// <param name="client">The connection, which has its name.</param>
    /// <param name="ticket">What is needed to issue tickets; <see langword="null"/> if the client gets none.</param>
    public CompactControl.Ticket? Begin(Connection client, ConnectionTicket? ticket)
    {
        client.Ticket = ticket;
        return ticket is null ? null : Issue(client, ticket);
    }

    /// <summary>Sends a connection its next ticket, which is due.</summary>
    /// <exception cref="ServerLibException">The database failed. The ticket is due again later.</exception>
    public async ValueTask RenewAsync(Connection client, ConnectionTicket ticket)
    {
        ticket.RenewAt = After(RetryInterval);
        Guid? stamp = await stamps.GetStampAsync(client.Alias, client.Aborted).ConfigureAwait(false);
        if (stamp is null)
        {
            ticket.RenewAt = long.MaxValue;
        }
        else if (stamp != ticket.Stamp)
        {
            ticket.Stamp = stamp.Value;
            ticket.RenewAt = After(SettleTime);
        }
        else if (Issue(client, ticket) is { } next)
        {
            // A client whose connection is lost gets its ticket once it has resumed its session.
            if (client.Writer.SendFrame(FrameType.Ticket, CompactControl.Serialize(next, CompactJson.Default.Ticket)) == SendOutcome.Dropped)
                ticket.RenewAt = After(RetryInterval);
        }
    }

    /// <summary>Verifies everything about a ticket but its stamp.</summary>
    /// <param name="text">What the client has sent as its ticket.</param>
    /// <param name="username">What the client has sent as its name.</param>
    /// <param name="ticket">The ticket.</param>
    /// <param name="problem">What is wrong, for the admin.</param>
    public bool TryVerify(string text, string username, [NotNullWhen(true)] out Ticket? ticket, [NotNullWhen(false)] out string? problem)
    {
        long now = Now;
        problem = !Ticket.TryOpen(text, ring, out ticket) ? LoginProblem.TicketNotAuthentic
            : !UserName.Same(ticket.Alias, username) ? LoginProblem.TicketOfAnother
            : now >= ticket.ExpiresAt ? LoginProblem.TicketExpired
            : ticket.IssuedAt > now + (long)ClockTolerance.TotalMilliseconds ? LoginProblem.TicketFromFuture
            : null;
        return problem is null;
    }

    /// <returns><see langword="null"/> if the user has to log in by password or key first.</returns>
    private CompactControl.Ticket? Issue(Connection client, ConnectionTicket ticket)
    {
        long now = Now;
        long age = now - ticket.LastLogin;
        if (age >= options.MaxTicketAge.TotalMilliseconds)
        {
            ticket.RenewAt = long.MaxValue;
            return null;
        }

        // Clients that have logged in at the same time do not get their next tickets at the same time.
        ticket.RenewAt = After(options.TicketLifetime * (0.5 - (0.05 * Random.Shared.NextDouble())));
        var issued = new Ticket(client.Alias, ticket.Stamp, now, now + (long)options.TicketLifetime.TotalMilliseconds, ticket.LastLogin);
        return new CompactControl.Ticket(issued.Seal(ring.Current), (long)options.TicketLifetime.TotalSeconds);
    }

    private long After(TimeSpan delay) => time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
}
