using System.Text;

namespace ServerLib.Testing.Contracts;

/// <summary>A user that is logged in at one of the servers, and what it has received.</summary>
internal sealed class RouterUser : IAsyncDisposable
{
    private readonly ServerClient _client;
    private readonly Task _running;
    private readonly IAsyncEnumerator<ReceivedMessage> _received;
    private readonly Lock _lock = new();
    private readonly List<string> _events = [];
    private TaskCompletionSource _eventFence = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RouterUser(ServerClient client, IMessageRouter router, Connection connection, Task running)
    {
        (_client, Router, Connection, _running) = (client, router, connection, running);
        _received = client.GetAsyncEnumerator();
        client.On<string>(RouterScene.News, (text, _) =>
        {
            lock (_lock)
                _events.Add(text);
            return ValueTask.CompletedTask;
        });
        client.On(RouterScene.Fence, _ =>
        {
            lock (_lock)
                _eventFence.TrySetResult();
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>The router of the server where the user is logged in.</summary>
    public IMessageRouter Router { get; }

    public Connection Connection { get; }

    /// <summary>What a sender has sent, up to its fence: the kind of each message, its group and its text.</summary>
    public async Task<string[]> ReadAsync(params string[] senders)
    {
        List<string> texts = [];
        foreach (ReceivedMessage message in await ReadUntilFencesAsync(senders))
            texts.Add($"{message.Kind}{(message.Group is { } group ? $" in {group}" : "")}: {message.Text}");
        return [.. texts];
    }

    /// <summary>What some senders have sent, until the fence of each of them.</summary>
    public async Task<List<ReceivedMessage>> ReadUntilFencesAsync(params string[] senders)
    {
        HashSet<string> open = [.. senders];
        List<ReceivedMessage> messages = [];
        while (open.Count > 0 && await _received.MoveNextAsync())
        {
            ReceivedMessage message = _received.Current;
            if (message.Text == RouterScene.Fence)
                open.Remove(message.Sender);
            else if (senders.Contains(message.Sender))
                messages.Add(message);
        }

        return messages;
    }

    /// <summary>The events up to the fence.</summary>
    public async Task<string[]> ReadEventsAsync()
    {
        await _eventFence.Task;
        lock (_lock)
        {
            _eventFence = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            string[] events = [.. _events];
            _events.Clear();
            return events;
        }
    }

    /// <summary>Logs off, and waits until the server has released what it held for the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _received.DisposeAsync();
        await _client.DisposeAsync();
        await _running;
    }

    /// <summary>The event that <see cref="ReadEventsAsync"/> returns as this text.</summary>
    public static EventMessage News(string text) => new(RouterScene.News, Encoding.UTF8.GetBytes($"\"{text}\""));
}
