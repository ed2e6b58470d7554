using ServerLib.Benchmarks.Processes;
using ServerLib.Benchmarks.Servers.App;

namespace ServerLib.Benchmarks.Generator.App;

/// <summary>What the clients of an application do during a measurement.</summary>
internal static class AppLoops
{
    private static readonly TimeProvider Time = TimeProvider.System;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly string Text = new('x', 64);

    /// <summary>Each client asks its next question when the last one is answered.</summary>
    /// <exception cref="IOException">An answer is wrong.</exception>
    public static async Task<GeneratorReply> AskAsync(AppClients clients, double seconds)
    {
        using var measurement = new AppMeasurement(Time, seconds);
        TimeSpan busy = Environment.CpuUsage.TotalTime;
        await Task.WhenAll(Enumerable.Range(0, clients.Count)
            .Select(index => Task.Run(() => AskAsync(clients[index], Lobby.NameOf(index), measurement))));
        return measurement.ToReply() with { Busy = (Environment.CpuUsage.TotalTime - busy).TotalSeconds / seconds };
    }

    /// <summary>One client speaks to all; it sends the next message when the last one has arrived everywhere.</summary>
    /// <exception cref="TimeoutException">A message has not arrived everywhere.</exception>
    public static async Task<GeneratorReply> SayAsync(AppClients clients, double seconds)
    {
        using var measurement = new AppMeasurement(Time, seconds);
        TimeSpan busy = Environment.CpuUsage.TotalTime;
        bool goesOn = true;
        for (int number = 0; Volatile.Read(ref goesOn); number++)
        {
            int missing = clients.Count;
            long start = Time.GetTimestamp();
            var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            clients.OnSaid = _ =>
            {
                if (!measurement.TryCount(start))
                    Volatile.Write(ref goesOn, false);
                if (Interlocked.Decrement(ref missing) == 0)
                    arrived.SetResult();
            };
            await clients[0].SayAsync(new Said(number, Text));
            await arrived.Task.WaitAsync(Patience);
        }

        return measurement.ToReply() with { Busy = (Environment.CpuUsage.TotalTime - busy).TotalSeconds / seconds };
    }

    private static async Task AskAsync(IAppClient client, string user, AppMeasurement measurement)
    {
        long start;
        int number = 0;
        do
        {
            start = Time.GetTimestamp();
            Answer answer = await client.AskAsync(new Question(++number, Text));
            if (answer.Number != number || answer.Text.Length != Text.Length || answer.User != user)
                throw new IOException($"The answer to question {number} of {user} is wrong: {answer}");
        }
        while (measurement.TryCount(start));
    }
}
