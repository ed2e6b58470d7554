using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>A request that the server has not answered yet.</summary>
/// <param name="type">The type of the request's frame.</param>
/// <param name="name">The user or group that it is about.</param>
/// <param name="id">Its number.</param>
/// <param name="onSuccess">Changes the client's state if the server agrees, whether or not anybody waits for the answer.</param>
internal sealed class PendingRequest(FrameType type, string? name, uint id, Action<object?>? onSuccess = null)
{
    private readonly TaskCompletionSource<object?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FrameType Type => type;

    public string? Name => name;

    public uint Id => id;

    /// <summary>Whether its frame is sent or on its way, so that an answer will come.</summary>
    public bool IsSent { get; set; }

    /// <summary>Whether the application learns of a refusal by a <see cref="ReceivedKind.Error"/>, because nobody awaits the answer.</summary>
    public bool ReportsRefusal { get; init; }

    public Task<object?> Answer => _answer.Task;

    public void Resolve(object? answer)
    {
        onSuccess?.Invoke(answer);
        _answer.TrySetResult(answer);
    }

    public void Fail(Exception reason)
    {
        _answer.TrySetException(reason);

        // Nobody may wait any more.
        _ = _answer.Task.Exception;
    }
}
