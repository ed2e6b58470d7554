using System.Threading.Tasks.Sources;

namespace ServerLib.Transport;

/// <summary>
/// Whether one direction of a connection is ready. Readiness may be reported only once, so it is remembered until a caller finds that
/// nothing is left. One caller at a time can wait. Waiting does not allocate.
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
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    /// <exception cref="InvalidOperationException">Another caller is already waiting.</exception>
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

    /// <summary>Marks it as ready, and continues the waiting code on this thread or elsewhere.</summary>
    /// <param name="target">Where the waiting code continues.</param>
    /// <param name="blockingThreads">The threads for <see cref="ContinuationTarget.BlockingThreads"/>.</param>
    public void Set(ContinuationTarget target, BlockingHandlerThreads? blockingThreads = null)
    {
        int state = Volatile.Read(ref _state);
        while (state is NotReady or Waiting)
        {
            int seen = Interlocked.CompareExchange(ref _state, Ready, state);
            if (seen == state)
            {
                if (state == Waiting)
                    Complete(target, blockingThreads);
                return;
            }

            state = seen;
        }
    }

    /// <summary>Marks it as not ready. Call this before an attempt, so that readiness that is reported during it is not lost.</summary>
    public void Clear() => Interlocked.CompareExchange(ref _state, NotReady, Ready);

    /// <summary>Marks the connection as lost. Waiting code continues on the thread pool, because this can be called on any thread.</summary>
    public void Abort()
    {
        if (Interlocked.Exchange(ref _state, Lost) != Waiting)
            return;
        _core.RunContinuationsAsynchronously = true;
        _core.SetResult(false);
    }

    private void Complete(ContinuationTarget target, BlockingHandlerThreads? blockingThreads)
    {
        switch (target)
        {
            case ContinuationTarget.Loop:
                CompleteHere();
                break;
            case ContinuationTarget.BlockingThreads when blockingThreads is not null:
                blockingThreads.Run(this);
                break;
            default:
                _core.RunContinuationsAsynchronously = true;
                _core.SetResult(true);
                break;
        }
    }

    /// <summary>Continues the waiting code on this thread, after <see cref="Set"/> has handed it to <see cref="BlockingHandlerThreads"/>.</summary>
    public void CompleteHere()
    {
        _core.RunContinuationsAsynchronously = false;
        _core.SetResult(true);
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        // Waits for a cancellation that is in progress, so that it can't affect the next wait.
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
