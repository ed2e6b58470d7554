using ServerLib;

namespace Chat;

/// <summary>A room with its history. Its members are the group with the same name.</summary>
internal sealed class Room(string name, IMessageRouter router) : IDisposable
{
    private const int HistorySize = 20;

    // One user at a time joins or speaks, so that everyone gets the same messages in the same order.
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Queue<(string Sender, Message Message)> _history = new(HistorySize);

    /// <summary>Adds a user to the room, and sends the history. Later messages follow without a gap.</summary>
    public async Task<bool> JoinAsync(Connection connection, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!await router.JoinAsync(connection, name, cancellationToken))
                return false;
            foreach ((string sender, Message message) in _history)
                connection.TrySend(sender, message);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Sends a message to the others in the room, and keeps it for those who join later.</summary>
    public async Task SendAsync(Connection connection, Message message, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_history.Count == HistorySize)
                _history.Dequeue();
            _history.Enqueue((connection.Alias, new Message(message.Body.ToArray())));
            await router.SendToGroupAsync(name, connection.Alias, message, except: connection, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
