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
    private bool _isWaiting;

    /// <summary>Canceled when requests cannot be answered any more.</summary>
    public CancellationToken RequestsEnded { get; set; } = connection.Aborted;

    private ReceiveBuffer Input => connection.Link.Input;

    /// <summary>A handler has begun.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            Input.Hold();
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
            if (!_isWaiting || ReadAhead.IsFull(connection.Link, maxFrameSize))
                return false;
            _readAhead = new ReadAhead(connection, maxFrameSize);
            return true;
        }
    }

    /// <summary>The handler has returned.</summary>
    public async ValueTask EndAsync()
    {
        ReadAhead? readAhead;
        lock (_lock)
        {
            _isWaiting = false;
            (readAhead, _readAhead) = (_readAhead, null);
        }

        if (readAhead is not null)
            await readAhead.StopAsync().ConfigureAwait(false);
        Input.Unhold();
    }
}
