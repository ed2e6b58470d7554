using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Transport;

/// <summary>
/// Limits how many encryptions, decryptions and signature checks run at once for users who have logged in, so that logins and other
/// connections are not delayed.
/// </summary>
/// <param name="slots">The number of computations that can run at once.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A SemaphoreSlim has nothing to dispose unless its wait handle is used.")]
internal sealed class CryptoConcurrencyLimiter(int slots)
{
    private readonly SemaphoreSlim _slots = new(slots);

    /// <summary>Limits computations to half of the cores.</summary>
    public CryptoConcurrencyLimiter()
        : this(Math.Max(1, Environment.ProcessorCount / 2))
    {
    }

    /// <summary>The number of free slots.</summary>
    public int Free => _slots.CurrentCount;

    /// <summary>Takes a slot if one is free.</summary>
    public bool TryAcquire() => _slots.Wait(0);

    /// <summary>Waits for a slot.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public Task AcquireAsync(CancellationToken cancellationToken) => _slots.WaitAsync(cancellationToken);

    /// <summary>Returns a slot.</summary>
    public void Release() => _slots.Release();

    /// <summary>Waits for a slot, and runs a computation on the thread pool.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled before the computation began.</exception>
    public async Task<T> RunAsync<T>(Func<T> compute, CancellationToken cancellationToken)
    {
        await AcquireAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(compute, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }
}
