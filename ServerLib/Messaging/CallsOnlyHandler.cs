namespace ServerLib.Messaging;

/// <summary>
/// The default handler of a server that has calls or events. It ignores messages, and clients cannot join groups themselves. Code of the
/// application can join them.
/// </summary>
internal sealed class CallsOnlyHandler : IMessageHandler
{
    /// <summary>Refuses the group, because nothing in the application has allowed it.</summary>
    public ValueTask<bool> OnJoinAsync(Connection connection, string group, CancellationToken cancellationToken) => new(false);
}
