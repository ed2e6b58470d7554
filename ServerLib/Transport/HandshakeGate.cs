namespace ServerLib.Transport;

/// <summary>
/// Bounds how many TLS handshakes are computed at once. A handshake that waits for its client holds no place, so that half-open ones
/// hold nobody up.
/// </summary>
internal sealed class HandshakeGate(int places) : IDisposable
{
    private readonly SemaphoreSlim _places = new(places);

    /// <summary>The one of this process: what is shared are its cores.</summary>
    public static HandshakeGate Shared { get; } = new(Environment.ProcessorCount);

    /// <summary>How many could be computed besides those that are now.</summary>
    public int Free => _places.CurrentCount;

    /// <summary>Waits for a place.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task EnterAsync(CancellationToken cancellationToken) => _places.WaitAsync(cancellationToken);

    /// <summary>Gives a place back.</summary>
    public void Leave() => _places.Release();

    public void Dispose() => _places.Dispose();
}
