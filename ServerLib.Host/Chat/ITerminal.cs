namespace ServerLib.Cli.Chat;

/// <summary>A terminal: keys come in one by one, text goes out.</summary>
internal interface ITerminal
{
    /// <summary>How many columns there are.</summary>
    int Width { get; }

    /// <summary>Waits for a key, which is not shown; <see langword="null"/> when none comes any more.</summary>
    ConsoleKeyInfo? ReadKey();

    /// <summary>Writes text, escape sequences included.</summary>
    void Write(string text);
}
