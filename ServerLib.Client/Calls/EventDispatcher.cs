using System.Collections.Concurrent;
using System.Threading.Channels;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Gives the server's events to the application's handlers, one event after the other. It bounds the size of those that wait.</summary>
/// <param name="maxBytes">The largest number of bytes that wait.</param>
/// <param name="log">Gets the exceptions of handlers.</param>
internal sealed class EventDispatcher(int maxBytes, ClientEvents log) : IDisposable
{
    /// <summary>About what an event takes besides its body.</summary>
    private const int Overhead = 512;

    private readonly ConcurrentDictionary<string, EventHandlerList> _handlers = new(StringComparer.Ordinal);
    private readonly Channel<(string Name, byte[] Body)> _waiting = Channel.CreateUnbounded<(string, byte[])>();
    private readonly Budget _bytes = new(maxBytes);
    private volatile bool _isFull;
    private readonly CancellationTokenSource _closing = new();
    private bool _isRunning;

    /// <summary>Whether <see cref="AddAsync"/> waits.</summary>
    public bool IsFull => _isFull;

    /// <summary>Adds a handler.</summary>
    /// <returns>Removes it when disposed.</returns>
    public IDisposable On(string name, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> handler)
    {
        CallName.ThrowIfInvalid(name);
        return _handlers.GetOrAdd(name, static _ => new EventHandlerList()).Add(handler);
    }

    /// <summary>Takes an event as soon as there is room. One without a handler is discarded.</summary>
    /// <param name="message">The event.</param>
    /// <param name="end">Cancels the waiting when the connection ends.</param>
    public async ValueTask AddAsync(Message message, CancellationToken end)
    {
        if (!_handlers.TryGetValue(message.Name!, out EventHandlerList? handlers) || handlers.IsEmpty)
            return;
        int size = message.Body.Length + Overhead;
        if (!_bytes.TryTake(size))
        {
            _isFull = true;
            await _bytes.TakeAsync(size, end).ConfigureAwait(false);
            _isFull = false;
        }

        _waiting.Writer.TryWrite((message.Name!, message.Body.ToArray()));
        if (!_isRunning)
        {
            // Only the connection that receives gets here, so there is one such task for all connections of the client.
            _isRunning = true;
            _ = Task.Run(() => RunAsync(_closing.Token), CancellationToken.None);
        }
    }

    /// <summary>Stops the handlers, because the client is disposed.</summary>
    public void Dispose() => _ = _closing.CancelAsync();

    private async Task RunAsync(CancellationToken closing)
    {
        try
        {
            await foreach ((string name, byte[] body) in _waiting.Reader.ReadAllAsync(closing).ConfigureAwait(false))
            {
                await HandleAsync(name, body, closing).ConfigureAwait(false);
                _bytes.Return(body.Length + Overhead);
            }
        }
        catch (OperationCanceledException)
        {
            // The client is disposed.
        }
    }

    private async ValueTask HandleAsync(string name, byte[] body, CancellationToken closing)
    {
        foreach (Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> handler in _handlers[name].All)
        {
            try
            {
                closing.ThrowIfCancellationRequested();
                await handler(body, closing).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (closing.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e)
            {
                log.HandlerFailed($"the event '{TextSanitizer.Escape(name)}'", e);
            }
        }
    }
}
