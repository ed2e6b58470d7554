using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Something that the server is asked and has not answered.</summary>
/// <param name="type">The frame that asks.</param>
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

    public void Fail(Exception why) => _answer.TrySetException(why);
}
