namespace ServerLib.Cli.Terminal;

/// <summary>A terminal that reads single keys.</summary>
internal interface ITerminal
{
    /// <summary>Raised when the window has another size, or the process continues after it was stopped. What was drawn may be gone.</summary>
    event Action? Changed;

    /// <summary>The number of columns.</summary>
    int Width { get; }

    /// <summary>The number of lines.</summary>
    int Height { get; }

    /// <summary>Whether the process may use the terminal. A shell can move it to the background and back.</summary>
    bool IsInForeground { get; }

    /// <summary>
    /// From now on, the terminal does not show what is typed. To be called before a prompt is written, because a fast user or a script types
    /// before the first key is read.
    /// </summary>
    /// <inheritdoc cref="ReadKey"/>
    void StopEcho(bool takesControlC);

    /// <summary>Waits for a key, without showing it.</summary>
    /// <param name="takesControlC">Whether Ctrl+C and Ctrl+Z are keys. Otherwise they are signals.</param>
    /// <returns>The key; <see langword="null"/> at the end of the input, or when the process is moved to the background.</returns>
    ConsoleKeyInfo? ReadKey(bool takesControlC);

    /// <summary>Writes text, which may contain escape sequences.</summary>
    void Write(string text);
}
