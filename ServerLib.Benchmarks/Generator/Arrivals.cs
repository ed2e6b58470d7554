using System.Diagnostics;
using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Generator;

/// <summary>
/// Connections one after the other, on a few blocking threads: connect, TLS if requested, a first answer from the server, an orderly end.
/// The time from connect to the first answer is measured.
/// </summary>
internal static class Arrivals
{
    private const int Arriving = 16;

    public static GeneratorReply Run(GeneratorCommand command, bool login)
    {
        var all = new Histogram();
        long start = Stopwatch.GetTimestamp();
        long from = start + (long)(command.WarmUp * Stopwatch.Frequency);
        long until = from + (long)(command.Seconds * Stopwatch.Frequency);
        Exception? failure = null;
        var threads = new Thread[login ? command.Connections : Arriving];
        for (int i = 0; i < threads.Length; i++)
        {
            int index = i;
            threads[i] = new Thread(() =>
            {
                try
                {
                    Work(index);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
        if (failure is not null)
            throw new IOException(failure.Message, failure);
        return new GeneratorReply
        {
            Count = all.Count,
            Rate = all.Count / command.Seconds,
            P50Us = all.Percentile(0.5) / 1000,
            P99Us = all.Percentile(0.99) / 1000,
            MaxUs = all.Max / 1000.0,
        };

        void Work(int index)
        {
            var own = new Histogram();
            byte[] body = new byte[command.Body];
            for (int source = index; failure is null && Stopwatch.GetTimestamp() < until; source++)
            {
                long began = Stopwatch.GetTimestamp();
                using Channel channel = Channel.Connect(command.Port, command.Tls, source);
                Converse(channel, source % command.Users, body);
                long now = Stopwatch.GetTimestamp();
                if (now >= from && now < until)
                    own.Record((now - began) * (1_000_000_000 / Stopwatch.Frequency));
                channel.Leave();
            }

            lock (all)
                all.Add(own);
        }

        void Converse(Channel channel, int user, byte[] body)
        {
            if (login)
            {
                Compact.LogIn(channel, Compact.NameOf(user));
            }
            else if (command.Wire == "compact")
            {
                Compact.Greet(channel);
            }
            else
            {
                channel.SendAll(body);
                channel.ReceiveAll(body);
            }
        }
    }
}
