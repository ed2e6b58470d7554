namespace ServerLib.Transport;

/// <summary>
/// Bounds how many TLS handshakes are computed at once. What waits for its client holds no place, so that clients which stop half-way hold
/// nobody up. Of strangers no more than there are places come up to the gate at a time, and the others wait in a line of their own: so who
/// comes from where somebody has logged in before finds few in front of him, however many strangers there are.
/// </summary>
internal sealed class HandshakeGate(int places) : IDisposable
{
    private readonly SemaphoreSlim _places = new(places);
    private readonly SemaphoreSlim _strangers = new(places);

    /// <summary>This process's: what is shared are its cores.</summary>
    public static HandshakeGate Shared { get; } = new(Environment.ProcessorCount);

    /// <summary>How many could be computed besides those that are now.</summary>
    public int Free => _places.CurrentCount;

    /// <summary>Waits for a place.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task EnterAsync(bool isFamiliar, CancellationToken cancellationToken)
    {
        if (!isFamiliar)
            await _strangers.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            if (!isFamiliar)
                _strangers.Release();
            throw;
        }
    }

    /// <summary>Gives a place back.</summary>
    /// <param name="isFamiliar">As when it was taken.</param>
    public void Leave(bool isFamiliar)
    {
        _places.Release();
        if (!isFamiliar)
            _strangers.Release();
    }

    public void Dispose()
    {
        _places.Dispose();
        _strangers.Dispose();
    }
}
