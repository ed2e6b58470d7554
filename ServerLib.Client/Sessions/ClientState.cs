namespace ServerLib.Clients;

/// <summary>What a client keeps from one connection to the next.</summary>
/// <param name="options">The client's options.</param>
/// <param name="log">The client's log.</param>
internal sealed class ClientState(ServerClientOptions options, ClientEvents log)
{
    public ReceiveQueue Messages { get; } = new(options.MaxWaitingMessages, options.MaxWaitingBytes, options.IgnoresMessages);

    public JoinedGroups Groups { get; } = new();

    public AcceptedKeys Keys { get; } = new(options);

    public HeldTicket Ticket { get; } = new(options.TimeProvider);

    /// <summary>The application's handlers of events.</summary>
    public EventDispatcher Events { get; } = new(options.MaxWaitingBytes, log);

    /// <summary>The application's methods that the server can call.</summary>
    public CallMethods Methods { get; } = new(log);

    /// <summary>Whether the client has stopped reading from the server, because too much waits for the application.</summary>
    public bool IsFull => Messages.IsFull || Events.IsFull;

    /// <summary>Logs in with another password from now on. The ticket is not valid any more.</summary>
    public void UsePassword(string password)
    {
        options.Password = password;
        Ticket.Discard();
    }
}
