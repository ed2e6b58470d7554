using System.Diagnostics;
using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Generator;

/// <summary>
/// Clients that are logged in, lose their server, and come back: each connects and logs in again, by ticket or by password, until it is in.
/// </summary>
internal sealed class Returners : IDisposable
{
    private const int Openers = 64;

    /// <summary>The number of clients that connect at the same time: as many as a server admits by default before they log in.</summary>
    private const int AtOnce = 1_000;

    private const int StackSize = 256 * 1024;

    private readonly Channel?[] _channels;
    private readonly string?[] _tickets;

    /// <summary>Logs all clients in by password. The first login registers a name.</summary>
    public Returners(GeneratorCommand command)
    {
        _channels = new Channel?[command.Connections];
        _tickets = new string?[command.Connections];
        OnThreads(Openers, _channels.Length, index => Enter(command, index, ticket: null));
    }

    /// <summary>Gives up the old connections, and lets the first <see cref="GeneratorCommand.Connections"/> clients come back.</summary>
    public GeneratorReply Return(GeneratorCommand command)
    {
        long start = Stopwatch.GetTimestamp();
        var times = new Histogram();
        Dispose();
        OnThreads(AtOnce, command.Connections, index =>
        {
            while (!TryEnter(command, index))
                Thread.Sleep(Random.Shared.Next(50, 250));
            long now = Stopwatch.GetTimestamp();
            lock (times)
                times.Record((now - start) * (1_000_000_000 / Stopwatch.Frequency));
        });
        return new GeneratorReply
        {
            Count = times.Count,
            Rate = times.Count / Stopwatch.GetElapsedTime(start).TotalSeconds,
            P50Us = times.Percentile(0.5) / 1000,
            MaxUs = times.Max / 1000.0,
        };
    }

    public void Dispose()
    {
        for (int i = 0; i < _channels.Length; i++)
        {
            _channels[i]?.Dispose();
            _channels[i] = null;
        }
    }

    /// <summary>Runs an action for each number below <paramref name="count"/> on threads that may block.</summary>
    private static void OnThreads(int threads, int count, Action<int> action)
    {
        int next = -1;
        Exception? failure = null;
        Thread[] all = [.. Enumerable.Range(0, Math.Min(threads, count)).Select(_ => new Thread(Work, StackSize))];
        Array.ForEach(all, thread => thread.Start());
        Array.ForEach(all, thread => thread.Join());
        if (failure is not null)
            throw new IOException(failure.Message, failure);

        void Work()
        {
            try
            {
                while (failure is null && Interlocked.Increment(ref next) is var index && index < count)
                    action(index);
            }
            catch (Exception e)
            {
                failure = e;
            }
        }
    }

    /// <returns>Whether the client is in. Otherwise the server does not listen yet, or has refused it for now.</returns>
    private bool TryEnter(GeneratorCommand command, int index)
    {
        try
        {
            Enter(command, index, command.ByTicket ? _tickets[index] : null);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Enter(GeneratorCommand command, int index, string? ticket)
    {
        Channel channel = Channel.Connect(command.Port, command.Tls, index);
        try
        {
            _tickets[index] = Compact.LogInForTicket(channel, Compact.NameOf(index), ticket);
        }
        catch
        {
            channel.Dispose();
            throw;
        }

        _channels[index] = channel;
    }
}
