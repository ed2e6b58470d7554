using Microsoft.Extensions.Logging;
using ServerLib.Cli.Service;
using ServerLib.Cli.Terminal;

namespace ServerLib.Cli;

/// <summary>Standard output and standard error. A closed or blocked stream does not affect the server.</summary>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="journal">Whether lines on standard error begin with their priority for the journal.</param>
/// <param name="asksOnError">Whether questions go to standard error, because standard output is redirected.</param>
internal sealed class HostConsole(TextWriter output, TextWriter error, bool journal = false, bool asksOnError = false) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly BackgroundWriter _output = new(output);
    private readonly BackgroundWriter _error = new(error);

    /// <summary>The input line of the terminal; <see langword="null"/> if there is none.</summary>
    public InputScreen? Screen { get; private set; }

    /// <summary>From now on prints above an input line.</summary>
    /// <param name="screen">The terminal with the input line.</param>
    /// <param name="alsoErrors">Whether standard error is that terminal, too.</param>
    public void ShowOn(InputScreen screen, bool alsoErrors)
    {
        Screen = screen;
        _output.ShowOn(screen);
        if (alsoErrors)
            _error.ShowOn(screen);
    }

    /// <summary>Whether the program ends only when everything was read: a command does, but nothing holds up the server.</summary>
    public bool WaitsForReader { get; set; }

    public void Print(string text) => _output.Add(text);

    /// <summary>Prints a question, or another text that does not end a line, on a terminal that cannot move its cursor.</summary>
    public void Ask(string text) => (asksOnError ? _error : _output).AddPart(text);

    public void PrintError(string text, LogLevel level = LogLevel.Error) => _error.Add(journal ? Journal.Prefix(level) + text : text);

    /// <summary>Prints the lines that are left, unless a reader does not read.</summary>
    public void Dispose()
    {
        var closer = new Thread(() =>
        {
            _error.Dispose();
            _output.Dispose();
        })
        { IsBackground = true };
        closer.Start();
        if (WaitsForReader)
            closer.Join();
        else
            closer.Join(Timeout);
    }
}
