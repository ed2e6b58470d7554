namespace ServerLib.Cli.Chat;

/// <summary>Where a person, or a script, chats.</summary>
internal interface IChatConsole
{
    /// <summary>Whether there is a person who can be asked.</summary>
    bool CanAsk { get; }

    /// <summary>Prints a line, which must be fit for a terminal.</summary>
    void Print(string line);

    /// <summary>Waits for a line.</summary>
    /// <param name="prompt">What stands in front of it.</param>
    /// <param name="isSecret">Whether it is neither shown nor remembered.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns><see langword="null"/> when none comes any more.</returns>
    Task<string?> ReadLineAsync(string prompt, bool isSecret, CancellationToken cancellationToken);

    /// <summary>Nothing more is read: what is printed from now on stands alone.</summary>
    void Close();
}
