namespace ServerLib.Tests.Users;

/// <summary>A handler as a developer writes one: <c>@NAME text</c> goes to that user alone, anything else to everyone.</summary>
internal sealed class WhisperHandler(IConnectionLedger ledger, IMessageRouter router) : IMessageHandler
{
    public async ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken)
    {
        string text = message.Text;
        if (!text.StartsWith('@'))
        {
            await router.SendToAllAsync(connection.Alias, message, except: connection, cancellationToken);
            return;
        }

        string[] parts = text[1..].Split(' ', 2);
        if (parts.Length < 2 || ledger.Find(parts[0]).Count == 0)
            await router.SendToUserAsync(connection.Alias, "SERVER", new Message("nobody of that name is here"), cancellationToken);
        else
            await router.SendToUserAsync(parts[0], connection.Alias, new Message(parts[1]), cancellationToken);
    }
}
