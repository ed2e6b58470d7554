using ServerLib.Administration;

namespace ServerLib.Cli;

/// <summary>The exit code of a server that gets its commands from a pipe: that of the first command that failed.</summary>
internal sealed class PipedCommands
{
    private int _exit = ExitCode.Done;

    public int Exit => Volatile.Read(ref _exit);

    public void Add(int exit) => Interlocked.CompareExchange(ref _exit, exit, ExitCode.Done);
}
