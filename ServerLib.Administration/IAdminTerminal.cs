namespace ServerLib.Administration;

/// <summary>The program in which an admin types commands: the command line, the server's console, or a chat client.</summary>
public interface IAdminTerminal
{
    /// <summary>Asks for a secret, which is not shown while it is typed.</summary>
    /// <param name="question">The question.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <returns>The secret; <see langword="null"/> if there is no terminal, or the user gave no answer.</returns>
    ValueTask<string?> AskSecretAsync(string question, CancellationToken cancellationToken);

    /// <summary>Reads the next line of standard input.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The line without its end; <see langword="null"/> if there is none.</returns>
    ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The standard output, for a command with more output than fits into memory. Default <see langword="null"/>: there is none, and such a
    /// command returns its output like any other.
    /// </summary>
    TextWriter? Output => null;

    /// <summary>Shows how far a long command is. Default: nothing.</summary>
    /// <param name="progress">It replaces the one before; <see langword="null"/> at the end.</param>
    void ShowProgress(CommandProgress? progress)
    {
    }

    /// <summary>The full path of a file that an argument names.</summary>
    /// <param name="path">The path, relative to the directory in which the user works.</param>
    string FullPath(string path);

    /// <summary>Shows the traffic of the server until the user stops it. Default it is not shown.</summary>
    /// <param name="read">Reads the traffic of the last seconds.</param>
    /// <param name="asJson">Whether JSON is requested instead of a picture.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether this program can show what changes. Otherwise the command prints one snapshot.</returns>
    Task<bool> WatchAsync(Func<int, CancellationToken, Task<TrafficReport>> read, bool asJson, CancellationToken cancellationToken) =>
        Task.FromResult(false);
}
