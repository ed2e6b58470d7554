using ServerLib.Cli.Terminal;

namespace ServerLib.Cli.Watch;

/// <summary>Shows the server's traffic on a terminal, until the user presses q or Ctrl+C.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="time">The clock.</param>
/// <param name="hasColors">Whether to use colors.</param>
internal sealed class TrafficWatch(ITerminal terminal, TimeProvider time, bool hasColors)
{
    private const int MaxSamples = 600;
    private const string OtherScreen = "\u001b[?1049h\u001b[?25l";
    private const string FirstScreen = "\u001b[?25h\u001b[?1049l";

    private (int Width, int Height) _size;

    /// <summary>Shows the traffic.</summary>
    /// <param name="read">Reads the traffic of the last seconds.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Func<int, CancellationToken, Task<TrafficReport>> read, CancellationToken cancellationToken)
    {
        using var quit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TrafficReport report = await read(MaxSamples, cancellationToken).ConfigureAwait(false);

        // Before the other screen is shown, because Ctrl+C would end the program with it.
        terminal.StopEcho(takesControlC: true);
        terminal.Write(OtherScreen);
        _ = WaitForQuitAsync(quit);
        try
        {
            while (true)
            {
                Draw(report);
                await Task.Delay(TimeSpan.FromSeconds(1), time, quit.Token).ConfigureAwait(false);
                report = Join(report, await read(MissedBy(report), quit.Token).ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException) when (quit.IsCancellationRequested)
        {
            // The user has pressed q.
        }
        finally
        {
            terminal.Write(FirstScreen);
        }
    }

    private void Draw(TrafficReport report)
    {
        (int Width, int Height) size = (terminal.Width, terminal.Height);
        string clear = size == _size ? "" : "\u001b[2J";
        _size = size;
        string[] lines = TrafficView.Draw(report, size.Width, size.Height, hasColors);
        terminal.Write($"{clear}\u001b[H{string.Join("\r\n", lines.Select(line => $"{line}\u001b[K"))}");
    }

    /// <summary>Keys are read on a thread of their own. Reading cannot be canceled, so the thread may outlive this.</summary>
    private Task WaitForQuitAsync(CancellationTokenSource quit) => Task.Factory.StartNew(
        () =>
        {
            while (terminal.ReadKey(takesControlC: true) is { } key && !IsQuit(key))
            {
                // Other keys do nothing.
            }

            try
            {
                quit.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has ended for another reason.
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static bool IsQuit(ConsoleKeyInfo key) =>
        key.KeyChar is 'q' or 'Q' || key.Key == ConsoleKey.Escape
        || (key.Modifiers.HasFlag(ConsoleModifiers.Control) && key.Key is ConsoleKey.C or ConsoleKey.D);

    /// <summary>How many samples there may be that a report does not have.</summary>
    private int MissedBy(TrafficReport report) => report.Samples.Count == 0
        ? MaxSamples
        : Math.Clamp((int)(time.GetUtcNow() - report.Samples[^1].Time).TotalSeconds + 2, 2, MaxSamples);

    private static TrafficReport Join(TrafficReport before, TrafficReport next)
    {
        DateTimeOffset last = before.Samples.Count == 0 ? DateTimeOffset.MinValue : before.Samples[^1].Time;
        if (next.Samples is [.., { Time: var now }] && now < last)
        {
            // The clock was set back.
            return next;
        }

        TrafficSample[] samples = [.. before.Samples, .. next.Samples.Where(sample => sample.Time > last)];
        return next with { Samples = samples.Length > MaxSamples ? samples[^MaxSamples..] : samples };
    }
}
