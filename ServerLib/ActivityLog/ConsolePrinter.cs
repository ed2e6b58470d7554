namespace ServerLib.ActivityLog;

/// <summary>
/// Prints lines to the console without waiting, because nobody may be reading the other end. It is static because the console belongs to the
/// process.
/// </summary>
internal static class ConsolePrinter
{
    private static readonly Lazy<LineQueue<string>> Queue = new(() =>
    {
        var queue = new LineQueue<string>("ServerLib console", Write);

        // Prints the last lines, unless the console is stuck.
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            var closer = new Thread(queue.Dispose) { IsBackground = true };
            closer.Start();
            closer.Join(TimeSpan.FromSeconds(1));
        };
        return queue;
    });

    public static void Print(string line) => Queue.Value.Add(line);

    private static void Write(IReadOnlyList<string> lines)
    {
        try
        {
            foreach (string line in lines)
                Console.Out.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // The console is closed, so its lines are lost.
        }
    }
}
