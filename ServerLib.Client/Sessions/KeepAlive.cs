namespace ServerLib.Clients;

/// <summary>
/// Sends a ping when the server has been silent for a while, and reports the connection as lost when nothing comes back. While the client
/// does not receive, its pings tell the server that it is there.
/// </summary>
internal sealed class KeepAlive : IDisposable
{
    private readonly Func<bool> _isPaused;
    private readonly Func<ValueTask> _ping;
    private readonly Action _lost;
    private readonly ITimer _timer;
    private volatile bool _isQuiet;
    private bool _isProbed;
    private bool _isPinging;

    /// <param name="options">The interval and the clock.</param>
    /// <param name="isPaused">Whether the client does not receive, so that silence means nothing.</param>
    /// <param name="ping">Sends a ping.</param>
    /// <param name="lost">Called when the server does not answer.</param>
    public KeepAlive(ServerClientOptions options, Func<bool> isPaused, Func<ValueTask> ping, Action lost)
    {
        _isPaused = isPaused;
        _ping = ping;
        _lost = lost;
        _timer = options.TimeProvider.CreateTimer(_ => OnElapsed(), null, options.KeepAlive, options.KeepAlive);
    }

    /// <summary>Notes that something was received.</summary>
    public void MarkActivity() => _isQuiet = false;

    public void Dispose() => _timer.Dispose();

    private void OnElapsed()
    {
        bool isPaused = _isPaused();
        if (!_isQuiet || isPaused)
        {
            _isQuiet = true;
            _isProbed = false;
            if (isPaused)
                _ = PingAsync();
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
        // The last one may still wait to be written.
        if (Interlocked.Exchange(ref _isPinging, true))
            return;
        try
        {
            await _ping().ConfigureAwait(false);
        }
        catch (ServerClientException)
        {
            // The receiving side reports that the connection has ended.
        }
        finally
        {
            Volatile.Write(ref _isPinging, false);
        }
    }
}
