using System.Collections.Concurrent;
using ServerLib.Cli.Terminal;

namespace ServerLib.Cli;

/// <summary>
/// Writes lines on its own thread, so that a caller never waits for a terminal or a pipe. If the reader is too slow, lines are lost.
/// </summary>
internal sealed class BackgroundWriter : IDisposable
{
    private const int Capacity = 8_192;

    private readonly BlockingCollection<(string Text, bool EndsLine)> _texts = new(Capacity);
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

    public void Add(string line) => Add(line, endsLine: true);

    /// <summary>Writes a text that does not end a line. An input line has questions of its own.</summary>
    public void AddPart(string text) => Add(text, endsLine: false);

    private void Add(string text, bool endsLine)
    {
        try
        {
            _texts.TryAdd((text, endsLine));
        }
        catch (InvalidOperationException)
        {
            // The program ends.
        }
    }

    /// <summary>Writes the lines that are left.</summary>
    public void Dispose()
    {
        _texts.CompleteAdding();
        _thread.Join();
        _texts.Dispose();
    }

    private void Run()
    {
        foreach ((string text, bool endsLine) in _texts.GetConsumingEnumerable())
        {
            try
            {
                Write(text, endsLine);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
            {
                // The reader has closed the stream.
            }
        }
    }

    private void Write(string text, bool endsLine)
    {
        if (_screen is { } screen)
        {
            screen.Print(text);
            return;
        }

        if (endsLine)
            _writer.WriteLine(text);
        else
            _writer.Write(text);
        if (_texts.Count == 0)
            _writer.Flush();
    }
}
