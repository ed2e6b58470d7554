namespace ServerLib.Cli.Terminal;

/// <summary>The input and output of a chat, for a terminal or a script.</summary>
internal interface ILineConsole
{
    /// <summary>Whether a user can answer questions.</summary>
    bool CanPrompt { get; }

    /// <summary>Prints a line. It must be safe for a terminal.</summary>
    void Print(string line);

    /// <summary>Reads a line.</summary>
    /// <param name="prompt">The text before the input, on a terminal that can move its cursor.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The line; <see langword="null"/> at the end of the input.</returns>
    Task<string?> ReadLineAsync(string prompt, CancellationToken cancellationToken);

    /// <summary>Asks a question, if <see cref="CanPrompt"/> says that a user can answer it.</summary>
    /// <param name="question">The question.</param>
    /// <param name="isSecret">Whether the answer is neither shown nor added to the history.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The answer; <see langword="null"/> at the end of the input.</returns>
    Task<string?> AskAsync(string question, bool isSecret, CancellationToken cancellationToken);

    /// <summary>Removes the input line. Nothing more is read.</summary>
    void Close();
}
