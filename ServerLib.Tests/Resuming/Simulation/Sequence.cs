namespace ServerLib.Tests.Resuming;

/// <summary>Numbers that must arrive one after the other: none missing, none twice.</summary>
/// <param name="what">What they are, for the message of a failure.</param>
/// <param name="failure">Fails with the first number that is wrong.</param>
internal sealed class Sequence(string what, TaskCompletionSource failure)
{
    private readonly Lock _gate = new();
    private readonly List<(int Number, TaskCompletionSource Reached)> _waiting = [];
    private int _last;

    /// <summary>The last number.</summary>
    public int Last => Volatile.Read(ref _last);

    /// <summary>A number has arrived.</summary>
    public int Add(int number)
    {
        lock (_gate)
        {
            if (number != _last + 1)
                failure.TrySetException(new AssertFailedException($"{what}: {number} came after {_last}."));
            _last = number;
            _waiting.RemoveAll(one => one.Number <= number && one.Reached.TrySetResult());
        }

        return number;
    }

    /// <summary>Waits until a number has arrived.</summary>
    public Task WaitForAsync(int number)
    {
        lock (_gate)
        {
            if (_last >= number)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((number, reached));
            return reached.Task;
        }
    }
}
