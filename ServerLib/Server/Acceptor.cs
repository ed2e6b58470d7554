using System.Net;
using ServerLib.Transport;

namespace ServerLib.Server;

/// <summary>Accepts connections on a listener, which it owns, until it is disposed.</summary>
internal sealed class Acceptor : IAsyncDisposable
{
    private readonly IConnectionListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lazy<Task> _stopped;
    private readonly Task _accepting;

    /// <summary>Begins to accept.</summary>
    public Acceptor(IConnectionListener listener, AcceptLoop loop)
    {
        _listener = listener;
        EndPoint = listener.LocalEndPoint;
        _stopped = new Lazy<Task>(StopAsync);
        CancellationToken stopping = _stopping.Token;
        _accepting = Task.Run(() => loop.RunAsync(stopping), CancellationToken.None);
    }

    /// <summary>The end point of the listener.</summary>
    public EndPoint? EndPoint { get; }

    /// <summary>Stops accepting, and closes the listener.</summary>
    public ValueTask DisposeAsync() => new(_stopped.Value);

    private async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        _listener.Dispose();
        _stopping.Dispose();
    }
}
