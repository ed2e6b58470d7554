namespace ServerLib.Passwords;

/// <summary>One piece of work in a <see cref="HashQueue"/>, and who waits for it.</summary>
internal abstract class HashWork
{
    protected HashWork() => Node = new LinkedListNode<HashWork>(this);

    /// <summary>Its place in the queue.</summary>
    public LinkedListNode<HashWork> Node { get; }

    /// <summary>Ends with the work, so that a long-lived token does not keep it (and a password) alive.</summary>
    public CancellationTokenRegistration Cancellation { get; set; }

    /// <summary>Whether nobody waits any more.</summary>
    public abstract bool IsOver { get; }

    /// <summary>Does the work, and keeps what came of it.</summary>
    public abstract void Execute();

    /// <summary>Tells who waits what came of it.</summary>
    public abstract void Complete();

    /// <summary>Tells who waits that it was not done.</summary>
    public abstract void Refuse();

    /// <summary>Tells who waits that he gave up.</summary>
    public abstract void Cancel(CancellationToken cancellationToken);
}

/// <param name="work">The work.</param>
/// <param name="busy">The answer when it is not done.</param>
internal sealed class HashWork<T>(Func<T> work, T busy) : HashWork
{
    // What waits goes on elsewhere: the threads that hash do nothing else, and run at a lower priority.
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
            // It fails the one who asked; the thread goes on.
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
