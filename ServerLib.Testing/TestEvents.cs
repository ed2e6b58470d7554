using System.Threading.Channels;

namespace ServerLib.Testing;

/// <summary>The events with one name that a <see cref="TestClient"/> receives, in the order in which the server sends them.</summary>
/// <typeparam name="T">The type of the events' data.</typeparam>
public sealed class TestEvents<T> : IDisposable, IAsyncDisposable
{
    private readonly TestClient _client;
    private readonly string _name;
    private readonly Channel<T> _unread = Channel.CreateUnbounded<T>();
    private readonly IDisposable _handler;

    internal TestEvents(TestClient client, string name)
    {
        (_client, _name) = (client, name);
        _handler = client.Client.On<T>(name, (data, _) =>
        {
            client.Note($"Event {name}: {data}");
            _unread.Writer.TryWrite(data);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Waits for the next event.</summary>
    /// <returns>The event's data.</returns>
    /// <exception cref="TestFailedException">None arrived within the client's limit.</exception>
    public Task<T> ReadAsync() => _client.WithinLimitAsync(token => _unread.Reader.ReadAsync(token).AsTask(), $"the event '{_name}'");

    /// <summary>Stops reading the event.</summary>
    public void Dispose() => _handler.Dispose();

    /// <summary>Stops reading the event.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
