namespace ServerLib.Files;

/// <summary>Something that a <see cref="DatabaseThread{TStore}"/> is to do. All of it but refusing is called on that thread.</summary>
internal abstract class DatabaseOperation<TStore>
{
    /// <summary>Does it, as a part of a transaction. A <see cref="ServerLibException"/> says that nothing was written.</summary>
    public abstract void Run(TStore store);

    /// <summary>It is committed.</summary>
    public abstract void Complete();

    /// <summary>It was not done, or nobody knows.</summary>
    public abstract void Fail(Exception reason);
}

/// <summary>An operation that somebody may wait for.</summary>
/// <param name="work">Does it; validates first, then writes.</param>
/// <param name="committed">Called with the result after the commit.</param>
/// <param name="failed">
/// Called where it could not be done; what it returns is the result then. Without it the caller gets an exception.
/// </param>
internal sealed class DatabaseOperation<TStore, T>(
    Func<TStore, T> work, Action<T>? committed = null, Func<Exception, T>? failed = null) : DatabaseOperation<TStore>
{
    // Those who wait must not go on on the database's thread.
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Task => _done.Task;

    public override void Run(TStore store) => _result = work(store);

    public override void Complete()
    {
        committed?.Invoke(_result);
        _done.SetResult(_result);
    }

    public override void Fail(Exception reason)
    {
        if (failed is not null)
            _done.SetResult(failed(reason));
        else
            Refuse(reason as ServerLibException ?? new ServerLibException($"The database failed: {reason.Message}", reason));
    }

    /// <summary>It was not taken at all.</summary>
    public void Refuse(ServerLibException reason) => _done.SetException(reason);
}
