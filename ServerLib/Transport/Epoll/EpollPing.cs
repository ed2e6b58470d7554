using Microsoft.Win32.SafeHandles;

namespace ServerLib.Transport;

/// <summary>Asks an event loop whether it still handles events.</summary>
/// <param name="descriptor">A descriptor of <see cref="EpollNative.CreateEvent"/>, which the loop watches.</param>
internal sealed class EpollPing(SafeFileHandle descriptor) : IEpollSource
{
    private TaskCompletionSource? _answer;

    public ulong Tag { get; set; }

    public ContinuationAffinity? Affinity { get; set; }

    string IEpollSource.Description => "Answering a ping";

    /// <summary>Waits until the loop has handled an event. Callers at the same time share it.</summary>
    public Task AskAsync()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        answer = Interlocked.CompareExchange(ref _answer, answer, null) ?? answer;
        EpollNative.Signal(descriptor);
        return answer.Task;
    }

    public void OnReady(uint events) => Interlocked.Exchange(ref _answer, null)?.SetResult();
}
