namespace ServerLib.Cli.Terminal;

/// <summary>Lines in, lines out: for scripts, pipes, and terminals that cannot move their cursor.</summary>
/// <param name="input">Standard input.</param>
/// <param name="console">Standard output and standard error.</param>
/// <param name="keyboard">The terminal on which a user answers questions; <see langword="null"/> if there is none.</param>
internal sealed class PlainLineConsole(TextReader input, HostConsole console, ITerminal? keyboard) : ILineConsole
{
    public bool CanPrompt => keyboard is not null;

    public void Print(string line) => console.Print(line);

    public Task<string?> ReadLineAsync(string prompt, CancellationToken cancellationToken) => RunAsync(input.ReadLine, cancellationToken);

    public Task<string?> AskAsync(string question, bool isSecret, CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            if (isSecret)
                return ReadSecret(question);
            console.Ask(question);
            return input.ReadLine();
        },
        cancellationToken);

    public void Close()
    {
        // There is no input line.
    }

    /// <summary>Reading cannot be canceled, so it has its own thread, which may outlive the chat.</summary>
    private static Task<string?> RunAsync(Func<string?> read, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(cancellationToken);

    private string? ReadSecret(string question)
    {
        if (keyboard is not { IsInForeground: true })
            return null;

        // Ctrl+C stays a signal, as while lines are read.
        keyboard.StopEcho(takesControlC: false);
        console.Ask(question);
        var editor = new LineEditor();
        EditResult result;
        do
            result = keyboard.ReadKey(takesControlC: false) is { } key ? editor.Handle(key) : EditResult.End;
        while (result == EditResult.Going);
        console.Ask("\n");
        return result == EditResult.Line ? editor.Text : null;
    }
}
