using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>A request that the server has not answered yet.</summary>
/// <param name="type">The type of the request's frame.</param>
/// <param name="name">The user or group that it is about.</param>
/// <param name="id">Its number.</param>
internal sealed class PendingRequest(FrameType type, string? name, uint id)
{
    private readonly TaskCompletionSource<object?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FrameType Type => type;

    public string? Name => name;

    public uint Id => id;

    public Task<object?> Answer => _answer.Task;

    public void Resolve(object? answer) => _answer.TrySetResult(answer);

    public void Fail(Exception reason) => _answer.TrySetException(reason);
}
