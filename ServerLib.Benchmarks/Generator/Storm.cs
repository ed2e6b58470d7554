using System.Diagnostics;
using ServerLib.Benchmarks.Processes;
using ServerLib.Passwords;

namespace ServerLib.Benchmarks.Generator;

/// <summary>
/// Clients that log in repeatedly, as fast as they can, whatever the answer. They stand for other machines, so they run at the lowest
/// priority and cost the server only what they send.
/// </summary>
internal static class Storm
{
    private const int StackSize = 256 * 1024;

    public static GeneratorReply Run(GeneratorCommand command)
    {
        long until = Stopwatch.GetTimestamp() + (long)((command.WarmUp + command.Seconds) * Stopwatch.Frequency);
        long logins = 0;
        var threads = new Thread[command.Connections];
        for (int i = 0; i < threads.Length; i++)
        {
            int index = i;
            threads[i] = new Thread(() => Work(index), StackSize);
            threads[i].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
        return new GeneratorReply { Count = logins, Rate = logins / (command.WarmUp + command.Seconds) };

        void Work(int index)
        {
            LowPriority.EnterOnThisThread();
            for (int source = index; Stopwatch.GetTimestamp() < until; source++)
            {
                try
                {
                    using Channel channel = Channel.Connect(command.Port, command.Tls, source);
                    Compact.LogIn(channel, $"s{index:00000}");
                    Interlocked.Increment(ref logins);
                }
                catch (IOException)
                {
                    // Busy or refused: both are expected in a storm.
                }
            }
        }
    }
}
