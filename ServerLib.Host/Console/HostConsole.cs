using ServerLib.ActivityLog;

namespace ServerLib.Cli;

/// <summary>Standard output and standard error. Nobody waits for either, and one that is closed or stuck hurts nobody.</summary>
internal sealed class HostConsole : IDisposable
{
    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(5);

    private readonly LineQueue _out;
    private readonly LineQueue _error;

    public HostConsole(TextWriter output, TextWriter error)
    {
        _out = new LineQueue("serverlib output", lines => Write(output, lines));
        _error = new LineQueue("serverlib errors", lines => Write(error, lines));
    }

    public void Print(string text) => _out.Add(text);

    public void PrintError(string text) => _error.Add(text);

    /// <summary>Prints what still waits, unless its reader doesn't read.</summary>
    public void Dispose()
    {
        var closer = new Thread(() =>
        {
            _error.Dispose();
            _out.Dispose();
        })
        { IsBackground = true };
        closer.Start();
        closer.Join(PatienceAtEnd);
    }

    private static void Write(TextWriter writer, IReadOnlyList<string> lines)
    {
        try
        {
            foreach (string line in lines)
                writer.WriteLine(line);
            writer.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // Whoever read it is gone.
        }
    }
}
