namespace ServerLib.Diagnostics;

/// <summary>Disposes what can only be disposed asynchronously, from synchronous code.</summary>
internal static class BlockingDisposal
{
    /// <summary>Blocks until it is disposed. Its code runs on the thread pool, so a synchronization context of the caller cannot deadlock.</summary>
    public static void Dispose(IAsyncDisposable disposable) =>
        Task.Run(async () => await disposable.DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();
}
