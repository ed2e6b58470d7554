namespace ServerLib.Transport;

/// <summary>Bounds how much of members' cryptography is computed at once.</summary>
internal sealed class CryptoConcurrencyLimiter(int places) : IDisposable
{
    private readonly SemaphoreSlim _places = new(places);

    /// <summary>What those do who are in. Half of the cores, so that it keeps nobody from coming in, however much there is of it.</summary>
    public static CryptoConcurrencyLimiter Members { get; } = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>How many could be computed besides those that are now.</summary>
    public int Free => _places.CurrentCount;

    /// <summary>Takes a place, if there is one for which nobody waits.</summary>
    public bool TryEnter() => _places.Wait(0);

    /// <summary>Waits for a place.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task EnterAsync(CancellationToken cancellationToken) => _places.WaitAsync(cancellationToken);

    /// <summary>Gives a place back.</summary>
    public void Leave() => _places.Release();

    /// <summary>Waits for a place, and computes something on the runtime's pool.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled before it began.</exception>
    public async Task<T> RunAsync<T>(Func<T> compute, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(compute, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    public void Dispose() => _places.Dispose();
}
