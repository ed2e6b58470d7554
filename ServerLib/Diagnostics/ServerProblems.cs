using ServerLib.Protocol;

namespace ServerLib;

/// <summary>
/// The current problems of a server. The server's parts report them here. The command <c>status</c> and the metric
/// <c>serverlib.problems</c> show them, and health checks can read them. Thread-safe.
/// </summary>
/// <remarks><c>AddServerLib</c> registers it as a service; there is one for each server.</remarks>
/// <param name="timeProvider">The clock. Default the system's.</param>
public sealed class ServerProblems(TimeProvider? timeProvider = null)
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private readonly List<ServerProblem> _current = [];

    /// <summary>The current problems, the oldest first; empty if the server is healthy.</summary>
    public IReadOnlyList<ServerProblem> Current
    {
        get
        {
            lock (_lock)
                return [.. _current];
        }
    }

    /// <summary>Adds a problem. If there already is a problem with this name, only its reason changes.</summary>
    /// <param name="name">The part that does not work, see <see cref="ServerProblem.Name"/>.</param>
    /// <param name="reason">What is wrong.</param>
    public void Report(string name, string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(reason);
        reason = TextSanitizer.Escape(reason);
        lock (_lock)
        {
            int index = _current.FindIndex(problem => problem.Name == name);
            if (index < 0)
                _current.Add(new ServerProblem(name, _time.GetUtcNow(), reason));
            else
                _current[index] = _current[index] with { Reason = reason };
        }
    }

    /// <summary>Removes a problem. Does nothing if there is none with this name.</summary>
    /// <param name="name">The name with which it was reported.</param>
    public void Resolve(string name)
    {
        lock (_lock)
            _current.RemoveAll(problem => problem.Name == name);
    }
}
