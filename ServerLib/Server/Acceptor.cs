using System.Net;
using ServerLib.Transport;

namespace ServerLib.Server;

/// <summary>Accepts connections on a listener, which it owns, until it is disposed.</summary>
internal sealed class Acceptor : IAsyncDisposable
{
    private readonly IConnectionListener _listener;
    private readonly AcceptLoop _loop;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lazy<Task> _stopped;
    private readonly Task _accepting;

    /// <summary>Begins to accept.</summary>
    public Acceptor(IConnectionListener listener, AcceptLoop loop)
    {
        _listener = listener;
        _loop = loop;
        EndPoint = listener.LocalEndPoint;
        _stopped = new Lazy<Task>(StopAsync);
        CancellationToken stopping = _stopping.Token;
        _accepting = Task.Run(() => loop.RunAsync(stopping), CancellationToken.None);
    }

    /// <summary>The end point of the listener.</summary>
    public EndPoint? EndPoint { get; }

    /// <summary>Waits until the threads of the listener and the accept loop have answered, or the loop has ended.</summary>
    public async Task PingAsync()
    {
        try
        {
            Task answers = Task.WhenAll(_listener.PingAsync(), _loop.PingAsync());
            await (await Task.WhenAny(answers, _accepting).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The listener was closed meanwhile.
        }
    }

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
