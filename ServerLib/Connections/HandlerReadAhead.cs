using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>
/// Keeps a message valid while a handler that does not return at once works on it, and reads answers to requests meanwhile. Created with the
/// first such handler, so that idle connections do not hold one.
/// </summary>
/// <param name="connection">The connection.</param>
internal sealed class HandlerReadAhead(Connection connection)
{
    private readonly Lock _lock = new();
    private ReadAhead? _readAhead;
    private bool _isWaiting;

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

    /// <summary>While a handler works on a message, looks for answers to requests in what follows the message.</summary>
    public void ReadAnswers(PendingRequests requests)
    {
        lock (_lock)
        {
            if (_isWaiting && _readAhead is not { IsRunning: true })
                _readAhead = new ReadAhead(connection, requests, connection.Settings.Options.Limits.MaxFrameSize);
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
