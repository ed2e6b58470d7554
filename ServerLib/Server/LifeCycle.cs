using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Server;

/// <summary>
/// The order in which a server starts and stops: it starts once, and stops once. After a failed start it can be started again. Calls at the
/// same time wait for each other.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A SemaphoreSlim has nothing to dispose unless its wait handle is used.")]
internal sealed class LifeCycle
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile State _state;

    private enum State
    {
        New,
        Started,
        Stopped,
        Disposed,
    }

    /// <summary>Whether the server has been started, or is starting.</summary>
    public bool HasStarted => _state != State.New || _turn.CurrentCount == 0;

    /// <summary>Starts the server.</summary>
    /// <exception cref="InvalidOperationException">The server has been started before, or is disposed.</exception>
    public async Task StartAsync(Func<Task> start, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfStarted();
            await start().ConfigureAwait(false);
            _state = State.Started;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Stops the server. Does nothing if the server is not running.</summary>
    public Task StopAsync(Func<Task> stop) => EndAsync(stop, State.Stopped);

    /// <summary>Stops the server if it is running. From now on it cannot be started.</summary>
    public Task DisposeAsync(Func<Task> stop) => EndAsync(stop, State.Disposed);

    /// <exception cref="InvalidOperationException">The server has not been started.</exception>
    public void ThrowIfNotStarted()
    {
        if (_state == State.New)
            throw new InvalidOperationException("The server has not been started. Call StartAsync first.");
    }

    private async Task EndAsync(Func<Task> stop, State end)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_state == State.Started)
            {
                _state = State.Stopped;
                await stop().ConfigureAwait(false);
            }
        }
        finally
        {
            if (end == State.Disposed)
                _state = State.Disposed;
            _turn.Release();
        }
    }

    private void ThrowIfStarted()
    {
        string? problem = _state switch
        {
            State.New => null,
            State.Started => "The server has been started already.",
            State.Stopped => "The server has been stopped, and cannot be started again. Create another one.",
            _ => "The server has been disposed, and cannot be started again. Create another one.",
        };
        if (problem is not null)
            throw new InvalidOperationException(problem);
    }
}
