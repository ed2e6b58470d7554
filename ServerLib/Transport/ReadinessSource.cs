using System.Threading.Tasks.Sources;

namespace ServerLib.Transport;

/// <summary>
/// Whether one direction of a connection is ready. That it is may be told only once, so it is remembered until someone finds that
/// nothing is left. One caller at a time may wait; waiting allocates nothing.
/// </summary>
internal sealed class ReadinessSource : IValueTaskSource<bool>
{
    private const int NotReady = 0;
    private const int Ready = 1;
    private const int Waiting = 2;
    private const int Lost = 3;

    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _cancellation;
    private int _state;

    public bool IsLost => Volatile.Read(ref _state) == Lost;

    /// <summary>Waits for <see cref="Set"/>.</summary>
    /// <returns><see langword="false"/> after <see cref="Abort"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Someone else waits already.</exception>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        int state = Volatile.Read(ref _state);
        if (state == NotReady)
        {
            _core.Reset();
            var waiting = new ValueTask<bool>(this, _core.Version);
            state = Interlocked.CompareExchange(ref _state, Waiting, NotReady);
            if (state == NotReady)
            {
                _cancellation.Dispose();
                _cancellation = cancellationToken.UnsafeRegister(static (self, token) => ((ReadinessSource)self!).Cancel(token), this);
                return waiting;
            }
        }

        return state == Waiting
            ? throw new InvalidOperationException("Only one caller at a time can wait.")
            : ValueTask.FromResult(state == Ready);
    }

    /// <summary>It is ready: who waits goes on, at once on this thread or in another place.</summary>
    public void Set(ContinuationTarget place)
    {
        int state = Volatile.Read(ref _state);
        while (state is NotReady or Waiting)
        {
            int seen = Interlocked.CompareExchange(ref _state, Ready, state);
            if (seen == state)
            {
                if (state == Waiting)
                    Complete(place);
                return;
            }

            state = seen;
        }
    }

    /// <summary>To be called before trying, not after: what becomes ready meanwhile is then not forgotten.</summary>
    public void Clear() => Interlocked.CompareExchange(ref _state, NotReady, Ready);

    /// <summary>It will never be ready again: who waits is told, on the pool, since this may be anybody's thread.</summary>
    public void Abort()
    {
        if (Interlocked.Exchange(ref _state, Lost) != Waiting)
            return;
        _core.RunContinuationsAsynchronously = true;
        _core.SetResult(false);
    }

    private void Complete(ContinuationTarget place)
    {
        switch (place)
        {
            case ContinuationTarget.Loop:
                CompleteHere();
                break;
            case ContinuationTarget.Pool:
                _core.RunContinuationsAsynchronously = true;
                _core.SetResult(true);
                break;
            default:
                BlockingHandlerThreads.Run(this);
                break;
        }
    }

    /// <summary>The second half of <see cref="Set"/>, for whoever has the turn: who waits goes on on this thread.</summary>
    public void CompleteHere()
    {
        _core.RunContinuationsAsynchronously = false;
        _core.SetResult(true);
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        // Waits for a cancellation that is just being told, so that it can't hit the next wait.
        _cancellation.Dispose();
        return _core.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, NotReady, Waiting) != Waiting)
            return;
        _core.RunContinuationsAsynchronously = true;
        _core.SetException(new OperationCanceledException(cancellationToken));
    }
}
