using Microsoft.Extensions.Time.Testing;

namespace ServerLib.Tests.Resuming;

/// <summary>Lets the time of a test pass while something waits for it.</summary>
internal static class PassingTime
{
    /// <summary>Disposes clients, which may wait for a server that does not answer.</summary>
    public static async Task DisposeAsync(FakeTimeProvider time, params IEnumerable<IAsyncDisposable> clients)
    {
        Task disposing = Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        while (!disposing.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await LetOthersRunAsync(CancellationToken.None);
        }

        await disposing;
    }

    /// <summary>Completes when what was queued on the threads of this process has begun to run.</summary>
    public static Task LetOthersRunAsync(CancellationToken cancellationToken) =>
        Task.Factory.StartNew(static () => { }, cancellationToken, TaskCreationOptions.PreferFairness, TaskScheduler.Default);
}
