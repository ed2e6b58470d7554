using System.Collections.Concurrent;
using ServerLib.Cli.Terminal;

namespace ServerLib.Cli;

/// <summary>
/// Writes lines on its own thread, so that a caller never waits for a terminal or a pipe. If the reader is too slow, lines are lost.
/// </summary>
internal sealed class BackgroundWriter : IDisposable
{
    private const int Capacity = 8_192;

    private readonly BlockingCollection<string> _lines = new(Capacity);
    private readonly TextWriter _writer;
    private readonly Thread _thread;
    private volatile InputScreen? _screen;

    public BackgroundWriter(TextWriter writer)
    {
        _writer = writer;
        _thread = new Thread(Run) { IsBackground = true, Name = "serverlib console" };
        _thread.Start();
    }

    /// <summary>From now on prints above an input line.</summary>
    public void ShowOn(InputScreen screen) => _screen = screen;

    public void Add(string line)
    {
        try
        {
            _lines.TryAdd(line);
        }
        catch (InvalidOperationException)
        {
            // The program ends.
        }
    }

    /// <summary>Writes the lines that are left.</summary>
    public void Dispose()
    {
        _lines.CompleteAdding();
        _thread.Join();
        _lines.Dispose();
    }

    private void Run()
    {
        foreach (string line in _lines.GetConsumingEnumerable())
        {
            try
            {
                Write(line);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
            {
                // The reader has closed the stream.
            }
        }
    }

    private void Write(string line)
    {
        if (_screen is { } screen)
        {
            screen.Print(line);
            return;
        }

        _writer.WriteLine(line);
        if (_lines.Count == 0)
            _writer.Flush();
    }
}
