namespace ServerLib.Cli.Chat;

/// <summary>Lines in, lines out: for scripts and pipes.</summary>
internal sealed class PlainChatConsole(TextReader input, HostConsole console) : IChatConsole
{
    public bool CanAsk => false;

    public void Print(string line) => console.Print(line);

    /// <remarks>Reading can't be cancelled, so it has a thread that may be left behind.</remarks>
    public Task<string?> ReadLineAsync(string prompt, bool isSecret, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(input.ReadLine, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellationToken);

    public void Close()
    {
        // Nothing stands there.
    }
}
