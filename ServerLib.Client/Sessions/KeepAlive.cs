namespace ServerLib.Clients;

/// <summary>Sends a ping when the server has been silent for a while, and reports the connection as lost when nothing comes back.</summary>
internal sealed class KeepAlive : IDisposable
{
    private readonly ReceiveQueue _queue;
    private readonly Func<ValueTask> _ping;
    private readonly Action _lost;
    private readonly ITimer _timer;
    private volatile bool _isQuiet;
    private bool _isProbed;

    /// <param name="options">The interval and the clock.</param>
    /// <param name="queue">While it is full, nothing is received, and silence means nothing.</param>
    /// <param name="ping">Sends a ping.</param>
    /// <param name="lost">Called when the server does not answer.</param>
    public KeepAlive(ServerClientOptions options, ReceiveQueue queue, Func<ValueTask> ping, Action lost)
    {
        _queue = queue;
        _ping = ping;
        _lost = lost;
        _timer = options.TimeProvider.CreateTimer(_ => OnElapsed(), null, options.KeepAlive, options.KeepAlive);
    }

    /// <summary>Notes that something was received.</summary>
    public void MarkActivity() => _isQuiet = false;

    public void Dispose() => _timer.Dispose();

    private void OnElapsed()
    {
        if (!_isQuiet || _queue.IsFull)
        {
            _isQuiet = true;
            _isProbed = false;
        }
        else if (_isProbed)
        {
            _lost();
        }
        else
        {
            _isProbed = true;
            _ = PingAsync();
        }
    }

    private async Task PingAsync()
    {
        try
        {
            await _ping().ConfigureAwait(false);
        }
        catch (ServerClientException)
        {
            // The receiving side reports that the connection has ended.
        }
    }
}
