namespace ServerLib.Cli;

/// <summary>Standard output and standard error. A closed or blocked stream does not affect the server.</summary>
internal sealed class HostConsole(TextWriter output, TextWriter error) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly BackgroundWriter _output = new(output);
    private readonly BackgroundWriter _error = new(error);

    public void Print(string text) => _output.Add(text);

    public void PrintError(string text) => _error.Add(text);

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
        closer.Join(Timeout);
    }
}
