namespace ServerLib;

/// <summary>A change of <see cref="IServerClient.State"/>, or a failed attempt to connect.</summary>
/// <param name="state">The new state.</param>
/// <param name="reason">Why; see <see cref="Reason"/>.</param>
/// <param name="retryIn">The wait before the next attempt; see <see cref="RetryIn"/>.</param>
public sealed class ServerClientStateChangedEventArgs(
    ServerClientState state, ServerClientException? reason = null, TimeSpan? retryIn = null) : EventArgs
{
    /// <summary>The new state. After a failed attempt it is the same as before.</summary>
    public ServerClientState State => state;

    /// <summary>
    /// Why the connection ended or the last attempt failed; <see langword="null"/> if the client is connected or makes its first attempt. If
    /// the client was disposed, its code is <c>bye</c>.
    /// </summary>
    public ServerClientException? Reason => reason;

    /// <summary>How long the client waits before its next attempt; <see langword="null"/> if there is none or it has begun.</summary>
    public TimeSpan? RetryIn => retryIn;
}
