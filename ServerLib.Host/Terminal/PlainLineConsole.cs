namespace ServerLib.Cli.Terminal;

/// <summary>Lines in, lines out: for scripts and pipes.</summary>
internal sealed class PlainLineConsole(TextReader input, HostConsole console) : ILineConsole
{
    public bool CanPrompt => false;

    public void Print(string line) => console.Print(line);

    /// <remarks>Reading cannot be canceled, so it has its own thread, which may outlive the chat.</remarks>
    public Task<string?> ReadLineAsync(string prompt, bool isSecret, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(input.ReadLine, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellationToken);

    public void Close()
    {
        // There is no input line.
    }
}
