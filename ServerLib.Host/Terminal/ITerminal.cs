namespace ServerLib.Cli.Terminal;

/// <summary>A terminal that reads single keys.</summary>
internal interface ITerminal
{
    /// <summary>The number of columns.</summary>
    int Width { get; }

    /// <summary>The number of lines.</summary>
    int Height { get; }

    /// <summary>Waits for a key, without showing it; <see langword="null"/> at the end of the input.</summary>
    ConsoleKeyInfo? ReadKey();

    /// <summary>Writes text, which may contain escape sequences.</summary>
    void Write(string text);
}
