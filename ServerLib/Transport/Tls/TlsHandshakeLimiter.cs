using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Transport;

/// <summary>
/// Limits how many TLS handshakes are computed at once. A handshake that waits for its client holds no slot, so clients that stop halfway do
/// not delay others. Unknown clients can take at most half of the slots, so that clients from known addresses wait behind few of them.
/// </summary>
/// <param name="slots">The number of handshakes that are computed at once.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A SemaphoreSlim has nothing to dispose unless its wait handle is used.")]
internal sealed class TlsHandshakeLimiter(int slots)
{
    private readonly SemaphoreSlim _slots = new(slots);
    private readonly SemaphoreSlim _slotsForUnknown = new(Math.Max(1, slots / 2));

    /// <summary>The number of free slots.</summary>
    public int Free => _slots.CurrentCount;

    /// <summary>Waits for a slot.</summary>
    /// <param name="hasPriority">Whether the client is on this machine or has a known address.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public async Task AcquireAsync(bool hasPriority, CancellationToken cancellationToken)
    {
        if (!hasPriority)
            await _slotsForUnknown.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            if (!hasPriority)
                _slotsForUnknown.Release();
            throw;
        }
    }

    /// <summary>Returns a slot.</summary>
    /// <param name="hasPriority">The same value as when the slot was taken.</param>
    public void Release(bool hasPriority)
    {
        _slots.Release();
        if (!hasPriority)
            _slotsForUnknown.Release();
    }
}
