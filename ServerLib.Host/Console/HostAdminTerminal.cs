using ServerLib.Administration;
using ServerLib.Cli.Terminal;
using ServerLib.Cli.Watch;

namespace ServerLib.Cli;

/// <summary>Asks for what admin commands need, and shows what changes: at the terminal, or with standard input and output.</summary>
/// <param name="console">Asks the user.</param>
/// <param name="input">Standard input.</param>
/// <param name="surroundings">The terminal and the current directory.</param>
/// <param name="print">Prints a line for each second of <c>watch</c> without a terminal. Default there is one snapshot instead.</param>
/// <param name="output">The output of large commands. Default none.</param>
/// <param name="progress">Shows the progress of long commands. Default it is not shown.</param>
internal sealed class HostAdminTerminal(
    ILineConsole console,
    TextReader input,
    Surroundings surroundings,
    Action<string>? print = null,
    TextWriter? output = null,
    ProgressLine? progress = null) : IAdminTerminal
{
    public TextWriter? Output => output;

    public void ShowProgress(CommandProgress? value) => progress?.Show(value);

    public async ValueTask<string?> AskSecretAsync(string question, CancellationToken cancellationToken) =>
        console.CanPrompt ? await console.AskAsync(question, isSecret: true, cancellationToken).ConfigureAwait(false) : null;

    /// <remarks>Reading cannot be canceled, so it has its own thread, which may outlive the command.</remarks>
    public async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        await Task.Factory.StartNew(input.ReadLine, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellationToken).ConfigureAwait(false);

    public string FullPath(string path) => Path.GetFullPath(path, surroundings.CurrentDirectory);

    public async Task<bool> WatchAsync(
        Func<int, CancellationToken, Task<TrafficReport>> read, bool asJson, CancellationToken cancellationToken)
    {
        if (!asJson && console is InputScreen screen && surroundings.Terminal is { } terminal)
        {
            using (screen.Hold())
                await new TrafficWatch(terminal, surroundings.Time, surroundings.HasColors).RunAsync(read, cancellationToken).ConfigureAwait(false);
            return true;
        }

        if (print is null)
            return false;
        await TrafficLine.RunAsync(read, print, asJson, surroundings.Time, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
