namespace ServerLib.Server;

/// <summary>Knows what a server is doing, before the server exists and after its end.</summary>
internal sealed class ServerStateSource
{
    private volatile ServerState _current;

    public ServerState Current => _current;

    public void Started() => _current = ServerState.Running;

    /// <summary>Call this also of a server that has not started: then nothing changes.</summary>
    public void Draining()
    {
        if (_current == ServerState.Running)
            _current = ServerState.Draining;
    }

    public void Stopped() => _current = ServerState.Stopped;
}
