namespace ServerLib.Files;

/// <summary>An operation for a <see cref="DatabaseThread{TStore}"/>. All methods but Refuse are called on its thread.</summary>
internal abstract class DatabaseOperation<TStore>
{
    /// <summary>
    /// Whether it only reads. Then it works while the database cannot be written. It is repeated once after a failure, and again after each
    /// failing write that it meets.
    /// </summary>
    public bool IsRead { get; init; }

    /// <summary>Whether it has been repeated after a failure that no write can have caused.</summary>
    public bool IsRepeated { get; set; }

    /// <summary>Runs as part of a transaction. A <see cref="ServerLibException"/> means that nothing was written.</summary>
    public abstract void Run(TStore store);

    /// <summary>Is called after the commit.</summary>
    public abstract void Complete();

    /// <summary>Is called if the operation was not done, or if it is unknown whether it was.</summary>
    public abstract void Fail(Exception reason);
}

/// <summary>An operation with a result.</summary>
/// <param name="work">The work. It must validate before it writes.</param>
/// <param name="committed">Is called with the result after the commit. Default: nothing.</param>
/// <param name="failed">
/// Is called on failure, and returns the result for the caller. Default: the caller gets an exception.
/// </param>
internal sealed class DatabaseOperation<TStore, T>(
    Func<TStore, T> work, Action<T>? committed = null, Func<Exception, T>? failed = null) : DatabaseOperation<TStore>
{
    // Callers must not continue on the database's thread.
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

    /// <summary>Fails the operation before it was queued.</summary>
    public void Refuse(ServerLibException reason) => _done.SetException(reason);
}
