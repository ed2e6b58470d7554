using System.Runtime.InteropServices;

namespace ServerLib.Cli.Service;

/// <summary>
/// Ends the process at once when it gets a second signal to stop. The first one stops the server, which waits for its connections; an admin who
/// does not want to wait sends another one.
/// </summary>
internal sealed class SecondSignal : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action<int> _exit;
    private int _count;

    /// <summary>Begins to count SIGINT, SIGQUIT and SIGTERM.</summary>
    /// <param name="exit">Ends the process with an exit code.</param>
    public SecondSignal(Action<int> exit)
    {
        _exit = exit;
        foreach ((PosixSignal signal, int number) in (ReadOnlySpan<(PosixSignal, int)>)[(PosixSignal.SIGINT, 2), (PosixSignal.SIGQUIT, 3), (PosixSignal.SIGTERM, 15)])
            _registrations.Add(PosixSignalRegistration.Create(signal, _ => Count(number)));
    }

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    /// <summary>Like a shell, adds 128 to the number of the signal.</summary>
    private void Count(int signal)
    {
        if (Interlocked.Increment(ref _count) > 1)
            _exit(128 + signal);
    }
}
