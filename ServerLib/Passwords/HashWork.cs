namespace ServerLib.Passwords;

/// <summary>A piece of work in a <see cref="HashQueue"/>, and the task that waits for it.</summary>
internal abstract class HashWork
{
    protected HashWork() => Node = new LinkedListNode<HashWork>(this);

    /// <summary>The work's position in the queue.</summary>
    public LinkedListNode<HashWork> Node { get; }

    /// <summary>Ends with the work, so that a long-lived token does not keep it (and a password) in memory.</summary>
    public CancellationTokenRegistration Cancellation { get; set; }

    /// <summary>Whether the task is completed already.</summary>
    public abstract bool IsOver { get; }

    /// <summary>Does the work, and keeps the result.</summary>
    public abstract void Execute();

    /// <summary>Completes the task with the result of the work.</summary>
    public abstract void Complete();

    /// <summary>Completes the task with the result for a full queue.</summary>
    public abstract void Refuse();

    /// <summary>Cancels the task.</summary>
    public abstract void Cancel(CancellationToken cancellationToken);
}

/// <param name="work">The work.</param>
/// <param name="busy">The result if it is not done.</param>
internal sealed class HashWork<T>(Func<T> work, T busy) : HashWork
{
    // Continuations run elsewhere: the hashing threads have a lower priority, and do nothing else.
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _failure;
    private T? _result;

    public Task<T> Task => _answer.Task;

    public override bool IsOver => _answer.Task.IsCompleted;

    public override void Execute()
    {
        try
        {
            _result = work();
        }
        catch (Exception e)
        {
            // Fails the task; the thread goes on.
            _failure = e;
        }
    }

    public override void Complete()
    {
        if (_failure is null)
            _answer.TrySetResult(_result!);
        else
            _answer.TrySetException(_failure);
    }

    public override void Refuse() => _answer.TrySetResult(busy);

    public override void Cancel(CancellationToken cancellationToken) => _answer.TrySetCanceled(cancellationToken);
}
