namespace ServerLib.Transport;

/// <summary>
/// Bounds how many TLS handshakes are computed at once. What waits for its client holds no place, so that clients which stop half-way hold
/// nobody up. Strangers have half of the places, and wait for them in a line of their own: so who comes from where somebody has logged in
/// before finds few in front of him, and a core, however many strangers there are.
/// </summary>
internal sealed class TlsHandshakeLimiter(int places) : IDisposable
{
    private readonly SemaphoreSlim _places = new(places);
    private readonly SemaphoreSlim _strangers = new(Math.Max(1, places / 2));

    /// <summary>This process's: what is shared are its cores.</summary>
    public static TlsHandshakeLimiter Shared { get; } = new(Environment.ProcessorCount);

    /// <summary>How many could be computed besides those that are now.</summary>
    public int Free => _places.CurrentCount;

    /// <summary>Waits for a place.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task EnterAsync(bool hasPriority, CancellationToken cancellationToken)
    {
        if (!hasPriority)
            await _strangers.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            if (!hasPriority)
                _strangers.Release();
            throw;
        }
    }

    /// <summary>Gives a place back.</summary>
    /// <param name="hasPriority">As when it was taken.</param>
    public void Leave(bool hasPriority)
    {
        _places.Release();
        if (!hasPriority)
            _strangers.Release();
    }

    public void Dispose()
    {
        _places.Dispose();
        _strangers.Dispose();
    }
}
