namespace ServerLib.Cli.Terminal;

/// <summary>A terminal with an input line at the bottom and printed lines above it.</summary>
internal sealed class InputScreen : ILineConsole
{
    private const int MaxHeld = 1_000;

    /// <summary>A shell does not tell a process that it is in the foreground again.</summary>
    private static readonly TimeSpan ForegroundInterval = TimeSpan.FromMilliseconds(250);

    private readonly ITerminal _terminal;
    private readonly bool _takesControlC;
    private readonly Lock _lock = new();
    private readonly LineEditor _editor = new();
    private Queue<string>? _held;
    private string? _prompt;
    private bool _isSecret;

    /// <param name="terminal">The terminal.</param>
    /// <param name="takesControlC">Whether Ctrl+C empties or ends the line. Otherwise it is a signal for the process.</param>
    public InputScreen(ITerminal terminal, bool takesControlC = true)
    {
        _terminal = terminal;
        _takesControlC = takesControlC;
        terminal.Changed += Redraw;
    }

    /// <summary>Finds what could complete a text that ends at the cursor: words for the place of its last word. Default nothing.</summary>
    public Func<string, IEnumerable<string>> Complete { get; set; } = _ => [];

    public bool CanPrompt => true;

    public void Print(string line)
    {
        lock (_lock)
        {
            if (_held is null)
            {
                Write(line);
                return;
            }

            _held.Enqueue(line);
            if (_held.Count > MaxHeld)
                _held.Dequeue();
        }
    }

    public Task<string?> ReadLineAsync(string prompt, CancellationToken cancellationToken) => AskAsync(prompt, isSecret: false, cancellationToken);

    public Task<string?> AskAsync(string prompt, bool isSecret, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => ReadLine(prompt, isSecret), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellationToken);

    public void Close()
    {
        lock (_lock)
        {
            if (IsDrawn)
                _terminal.Write("\r\u001b[K");
            _prompt = null;
        }
    }

    /// <summary>Leaves the terminal to something else. Lines that are printed meanwhile come afterwards; of very many, the last ones.</summary>
    /// <returns>To be disposed when it is free again.</returns>
    public IDisposable Hold()
    {
        lock (_lock)
            _held = new Queue<string>();
        return new Holding(this);
    }

    private bool IsDrawn => _prompt is not null && _held is null && _terminal.IsInForeground;

    private string? ReadLine(string prompt, bool isSecret)
    {
        WaitForForeground();
        _terminal.StopEcho(_takesControlC);
        lock (_lock)
        {
            (_prompt, _isSecret) = (prompt, isSecret);
            _editor.Begin(remembers: !isSecret);
            Draw();
        }

        while (true)
        {
            if (WaitForForeground())
            {
                _terminal.StopEcho(_takesControlC);
                Redraw();
            }

            ConsoleKeyInfo? key = _terminal.ReadKey(_takesControlC);
            if (key is null && !_terminal.IsInForeground)
                continue;
            lock (_lock)
            {
                EditResult result = key is { } pressed ? Handle(pressed) : EditResult.End;
                if (result == EditResult.Going)
                {
                    Draw();
                    continue;
                }

                // The finished line stays on the screen, unless it is a secret.
                _terminal.Write(_isSecret ? "\r\n" : $"\r\u001b[K{prompt}{_editor.Text}\r\n");
                _prompt = null;
                return result == EditResult.Line ? _editor.Text : null;
            }
        }
    }

    /// <returns>Whether the process was in the background.</returns>
    private bool WaitForForeground()
    {
        if (_terminal.IsInForeground)
            return false;
        while (!_terminal.IsInForeground)
            Thread.Sleep(ForegroundInterval);
        return true;
    }

    private EditResult Handle(ConsoleKeyInfo key)
    {
        if (key.Key != ConsoleKey.Tab)
            return _editor.Handle(key);
        IReadOnlyList<string> choices = _isSecret ? [] : _editor.Complete(Complete(_editor.Text[.._editor.Cursor]));
        if (choices.Count > 0)
            _terminal.Write($"\r\u001b[K{string.Join("  ", choices)}\r\n");
        return EditResult.Going;
    }

    private void Redraw()
    {
        lock (_lock)
            Draw();
    }

    private void Write(string line)
    {
        string text = line.ReplaceLineEndings("\r\n");
        _terminal.Write(IsDrawn ? $"\r\u001b[K{text}\r\n" : $"{text}\r\n");
        Draw();
    }

    private void Draw()
    {
        if (IsDrawn)
            _terminal.Write(_isSecret ? $"\r\u001b[K{_prompt}" : InputLine.Draw(_prompt!, _editor.Text, _editor.Cursor, _terminal.Width));
    }

    private void Release()
    {
        lock (_lock)
        {
            Queue<string> held = _held ?? [];
            _held = null;
            foreach (string line in held)
                Write(line);
        }
    }

    private sealed class Holding(InputScreen screen) : IDisposable
    {
        public void Dispose() => screen.Release();
    }
}
