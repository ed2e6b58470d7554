using System.Net;
using ServerLib.Cli;
using ServerLib.Cli.Chat;
using ServerLib.Cli.Terminal;

namespace ServerLib.Tests.Cli;

/// <summary>
/// The program <c>serverlib</c>, run in this process with a console, folder and environment of its own. For tests of signals, exits and
/// crashes, use <see cref="EndToEnd.HostProcess"/>.
/// </summary>
internal sealed class HostRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _cancel = new();

    private HostRun(
        TempFolder folder, string[] args, TextReader input, TextWriter? output, Dictionary<string, string?>? variables, ITerminal? terminal,
        TimeProvider? time)
    {
        var surroundings = new Surroundings
        {
            In = input,
            Out = output ?? Out,
            Error = Error,
            CurrentDirectory = folder.Path,
            Variables = variables ?? [],
            Terminal = terminal,
            Time = time ?? TimeProvider.System,
        };
        Ended = Task.Run(() => HostProgram.RunAsync(args, surroundings, _cancel.Token));
    }

    public Transcript Out { get; } = new();

    public Transcript Error { get; } = new();

    /// <summary>The exit code, once the program has ended.</summary>
    public Task<int> Ended { get; }

    public static HostRun Start(
        TempFolder folder,
        string[] args,
        TextReader? input = null,
        TextWriter? output = null,
        Dictionary<string, string?>? variables = null,
        ITerminal? terminal = null,
        TimeProvider? time = null) =>
        new(folder, args, input ?? TextReader.Null, output, variables, terminal, time);

    /// <summary>Runs to the end.</summary>
    public static async Task<HostRun> ToEndAsync(
        TempFolder folder, string[] args, string input = "", Dictionary<string, string?>? variables = null)
    {
        HostRun run = Start(folder, args, new StringReader(input), variables: variables);
        await run.Ended.WaitAsync(Guard.NewToken());
        return run;
    }

    /// <summary>Where it listens, once it does.</summary>
    public async Task<IPEndPoint> EndPointAsync()
    {
        await Out.SeeAsync("'shutdown' or Ctrl+C");
        string line = Out.Lines.Single(l => l.StartsWith("Listening on ", StringComparison.Ordinal));
        return IPEndPoint.Parse(line["Listening on ".Length..]);
    }

    /// <summary>Stops it from outside, as a signal does.</summary>
    public Task<int> StopAsync()
    {
        _cancel.Cancel();
        return Ended.WaitAsync(Guard.NewToken());
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _cancel.Dispose();
    }
}
