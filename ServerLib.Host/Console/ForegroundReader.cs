namespace ServerLib.Cli;

/// <summary>Reads lines from a terminal, but only while the process is in the foreground.</summary>
/// <param name="open">
/// Opens the terminal. This is done before the first line is read, because .NET changes the terminal's settings when it opens it.
/// </param>
/// <param name="isInForeground">Whether the process is in the foreground.</param>
internal sealed class ForegroundReader(Func<TextReader> open, Func<bool> isInForeground) : TextReader
{
    /// <summary>A shell does not tell a process that it is in the foreground again.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public override string? ReadLine()
    {
        while (true)
        {
            while (!isInForeground())
                Thread.Sleep(Interval);
            try
            {
                return open().ReadLine();
            }
            catch (IOException) when (!isInForeground())
            {
                // The process was moved to the background while it was reading.
            }
        }
    }
}
