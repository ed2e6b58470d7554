namespace ServerLib.Testing.Contracts;

/// <summary>Makes calls that race with each other.</summary>
internal static class AtOnce
{
    /// <summary>Makes several calls at the same time.</summary>
    /// <param name="count">How many.</param>
    /// <param name="call">Makes the call with this number.</param>
    /// <returns>The results, in the order of the numbers.</returns>
    public static async Task<T[]> RunAsync<T>(int count, Func<int, ValueTask<T>> call)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<T>[] calls = [.. Enumerable.Range(0, count).Select(async number =>
        {
            await start.Task;
            return await call(number);
        })];
        start.SetResult();
        return await Task.WhenAll(calls);
    }

    /// <summary>Makes different calls at the same time.</summary>
    public static Task RunAsync(params Func<Task>[] calls) => RunAsync(calls.Length, async number =>
    {
        await calls[number]();
        return true;
    });
}
