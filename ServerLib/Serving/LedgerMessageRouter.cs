using ServerLib.Wire;

namespace ServerLib.Serving;

/// <summary>Reaches the connections of this process.</summary>
internal sealed class LedgerMessageRouter(IConnectionLedger ledger) : IMessageRouter
{
    public ValueTask<SendReport> SendToAllAsync(
        string sender, ReadOnlyMemory<byte> body, Connection? except = null, CancellationToken cancellationToken = default) =>
        new(Send(ledger.Connections, new OutgoingMessage(sender, body), except));

    public ValueTask<SendReport> SendToUserAsync(
        string username, string sender, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) =>
        new(Send(ledger.Find(username), new OutgoingMessage(sender, body), except: null));

    private static SendReport Send(IEnumerable<Connection> recipients, OutgoingMessage message, Connection? except)
    {
        int sent = 0, queued = 0, dropped = 0;
        foreach (Connection recipient in recipients)
        {
            if (recipient == except)
                continue;
            switch (recipient.Send(message))
            {
                case SendOutcome.Sent:
                    sent++;
                    break;
                case SendOutcome.Queued:
                    queued++;
                    break;
                default:
                    dropped++;
                    break;
            }
        }

        return new SendReport(sent, queued, dropped);
    }
}
