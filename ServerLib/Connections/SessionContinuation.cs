using ServerLib.RateLimiting;

namespace ServerLib.Connections;

/// <summary>A connection on whose link a session is to continue.</summary>
/// <param name="Connection">The connection, which has sent RESUME.</param>
/// <param name="Lease">Its slots; <see langword="null"/> where nobody counts them.</param>
/// <param name="Received">The number of frames that the client has received.</param>
/// <param name="IsLogged">Whether the activity log gets lines about it.</param>
internal sealed record SessionContinuation(Connection Connection, ConnectionLease? Lease, long Received, bool IsLogged)
{
    private readonly TaskCompletionSource<bool> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the session continues there.</summary>
    public Task<bool> Result => _result.Task;

    public void Complete(bool isAttached) => _result.TrySetResult(isAttached);
}
