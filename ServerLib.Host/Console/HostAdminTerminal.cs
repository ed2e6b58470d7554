using ServerLib.Administration;
using ServerLib.Cli.Terminal;

namespace ServerLib.Cli;

/// <summary>Asks for what admin commands need: at the terminal, or from standard input.</summary>
/// <param name="console">Asks the user.</param>
/// <param name="input">Standard input.</param>
/// <param name="currentDirectory">The base of relative paths.</param>
/// <param name="output">The output of large commands. Default none.</param>
/// <param name="progress">The terminal on which the progress of long commands is shown. Default none.</param>
internal sealed class HostAdminTerminal(
    ILineConsole console, TextReader input, string currentDirectory, TextWriter? output = null, TextWriter? progress = null) : IAdminTerminal
{
    private const string EraseLine = "\r\u001b[K";

    public TextWriter? Output => output;

    public void ShowProgress(string? text)
    {
        progress?.Write($"{EraseLine}{TextSanitizer.Escape(text ?? "")}");
        progress?.Flush();
    }

    public async ValueTask<string?> AskSecretAsync(string question, CancellationToken cancellationToken) =>
        console.CanPrompt ? await console.ReadLineAsync(question, isSecret: true, cancellationToken).ConfigureAwait(false) : null;

    /// <remarks>Reading cannot be canceled, so it has its own thread, which may outlive the command.</remarks>
    public async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        await Task.Factory.StartNew(input.ReadLine, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellationToken).ConfigureAwait(false);

    public string FullPath(string path) => Path.GetFullPath(path, currentDirectory);
}
