using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>
/// Keeps a message valid while a handler that does not return at once works on it, and meanwhile reads pings and answers to requests.
/// Created with the first such handler, so that idle connections do not hold one.
/// </summary>
/// <param name="connection">The connection.</param>
internal sealed class HandlerReadAhead(Connection connection)
{
    private readonly Lock _lock = new();
    private ReadAhead? _readAhead;
    private TaskCompletionSource? _adopting;
    private ConnectionLink? _held;
    private bool _isWaiting;

    /// <summary>Canceled when requests cannot be answered any more.</summary>
    public CancellationToken RequestsEnded { get; set; } = connection.Aborted;

    /// <summary>A handler has begun.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _held = connection.Link;
            _held.Input.Hold();
            _isWaiting = true;
        }
    }

    /// <summary>While a handler works on a message, looks for pings and answers to requests in what follows the message.</summary>
    /// <returns>Whether what comes is read.</returns>
    public bool TryRead()
    {
        int maxFrameSize = connection.Settings.Options.Limits.MaxFrameSize;
        lock (_lock)
        {
            if (_readAhead is { IsRunning: true })
                return true;
            if (!_isWaiting || _adopting is not null || connection.Resumption is { IsDetached: true } || ReadAhead.IsFull(connection.Link, maxFrameSize))
                return false;
            _readAhead = new ReadAhead(connection, maxFrameSize);
            return true;
        }
    }

    /// <summary>Changes the connection's link while a handler works. If none does, nothing happens.</summary>
    /// <param name="attach">Changes the link.</param>
    public async ValueTask AdoptLinkAsync(Action attach)
    {
        ReadAhead? readAhead;
        TaskCompletionSource adopting;
        lock (_lock)
        {
            if (!_isWaiting || _adopting is not null)
                return;
            _adopting = adopting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (readAhead, _readAhead) = (_readAhead, null);
        }

        if (readAhead is not null)
            await readAhead.StopAsync().ConfigureAwait(false);
        attach();
        lock (_lock)
            _adopting = null;
        adopting.SetResult();
        if (connection.Calls.IsAny)
            TryRead();

        // The client may have lost that link, too.
        if (connection.Resumption is { HasNext: true })
            await AdoptLinkAsync(attach).ConfigureAwait(false);
    }

    /// <summary>The handler has returned.</summary>
    public async ValueTask EndAsync()
    {
        ReadAhead? readAhead;
        Task? adopting;
        lock (_lock)
        {
            _isWaiting = false;
            adopting = _adopting?.Task;
            (readAhead, _readAhead) = (_readAhead, null);
        }

        if (adopting is not null)
            await adopting.ConfigureAwait(false);
        if (readAhead is not null)
            await readAhead.StopAsync().ConfigureAwait(false);

        // The handler's message was in the buffer of this link.
        _held!.Input.Unhold();
        if (_held != connection.Link)
            _held.Input.Release();
        _held = null;
    }
}
