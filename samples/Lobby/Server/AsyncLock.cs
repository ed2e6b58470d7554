namespace Lobby;

/// <summary>A lock that can be held while awaiting.</summary>
internal sealed class AsyncLock : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(1);

    public async Task<Holder> EnterAsync(CancellationToken cancellationToken = default)
    {
        await _semaphore.WaitAsync(cancellationToken);
        return new Holder(_semaphore);
    }

    public void Dispose() => _semaphore.Dispose();

    /// <summary>Releases the lock when it is disposed.</summary>
    public readonly struct Holder(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
