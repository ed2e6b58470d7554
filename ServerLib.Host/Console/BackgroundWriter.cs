using System.Collections.Concurrent;
using ServerLib.Cli.Terminal;

namespace ServerLib.Cli;

/// <summary>
/// Writes lines on its own thread, so that a caller never waits for a terminal or a pipe. If the reader is too slow, lines are lost.
/// </summary>
internal sealed class BackgroundWriter : IDisposable
{
    private const int Capacity = 8_192;

    private readonly BlockingCollection<(string Text, string End)> _texts = new(Capacity);
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

    public void Add(string line) => Add(line, _writer.NewLine);

    /// <summary>Writes a text that does not end a line. An input line has questions of its own.</summary>
    public void AddPart(string text) => Add(text, "");

    private void Add(string text, string end)
    {
        try
        {
            _texts.TryAdd((text, end));
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
        foreach ((string text, string end) in _texts.GetConsumingEnumerable())
        {
            try
            {
                Write(text, end);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
            {
                // The reader has closed the stream.
            }
        }
    }

    private void Write(string text, string end)
    {
        if (_screen is { } screen)
        {
            screen.Print(text);
            return;
        }

        _writer.Write(text + end);
        if (_texts.Count == 0)
            _writer.Flush();
    }
}
