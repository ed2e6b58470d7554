namespace ServerLib.Cli.Terminal;

/// <summary>A terminal with an input line at the bottom and printed lines above it.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="names">The names that Tab completes.</param>
internal sealed class InputScreen(ITerminal terminal, Func<IEnumerable<string>> names) : ILineConsole
{
    private readonly Lock _lock = new();
    private readonly LineEditor _editor = new();
    private string? _prompt;
    private bool _isSecret;

    public bool CanPrompt => true;

    public void Print(string line)
    {
        lock (_lock)
        {
            terminal.Write($"\r\u001b[K{line}\r\n");
            Draw();
        }
    }

    public Task<string?> ReadLineAsync(string prompt, bool isSecret, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => ReadLine(prompt, isSecret), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellationToken);

    public void Close()
    {
        lock (_lock)
        {
            if (_prompt is not null)
                terminal.Write("\r\u001b[K");
            _prompt = null;
        }
    }

    private string? ReadLine(string prompt, bool isSecret)
    {
        lock (_lock)
        {
            (_prompt, _isSecret) = (prompt, isSecret);
            _editor.Begin(remembers: !isSecret);
            Draw();
        }

        while (true)
        {
            ConsoleKeyInfo? key = terminal.ReadKey();
            lock (_lock)
            {
                EditResult result = key is { } pressed ? Handle(pressed) : EditResult.End;
                if (result == EditResult.Going)
                {
                    Draw();
                    continue;
                }

                // The finished line stays on the screen, unless it is a secret.
                terminal.Write(_isSecret ? "\r\n" : $"\r\u001b[K{prompt}{_editor.Text}\r\n");
                _prompt = null;
                return result == EditResult.Line ? _editor.Text : null;
            }
        }
    }

    private EditResult Handle(ConsoleKeyInfo key)
    {
        if (key.Key != ConsoleKey.Tab)
            return _editor.Handle(key);
        IReadOnlyList<string> choices = _isSecret ? [] : _editor.Complete(names());
        if (choices.Count > 0)
            terminal.Write($"\r\u001b[K{string.Join("  ", choices)}\r\n");
        return EditResult.Going;
    }

    private void Draw()
    {
        if (_prompt is null)
            return;
        terminal.Write(_isSecret ? $"\r\u001b[K{_prompt}" : InputLine.Draw(_prompt, _editor.Text, _editor.Cursor, terminal.Width));
    }
}
