using System.Net;
using System.Threading.Channels;
using ServerLib.Testing;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Transport;
using ServerLib.Transport;

namespace ServerLib.Tests.Server;

/// <summary>A listener whose clients connect from any address that a test gives.</summary>
internal sealed class PipeListener : IConnectionListener
{
    private readonly Channel<TransportConnection> _coming = Channel.CreateUnbounded<TransportConnection>();

    public EndPoint LocalEndPoint => IsBroken ? throw new IOException("broken") : Local;

    /// <summary>Whether the server fails when it begins to listen.</summary>
    public bool IsBroken { get; init; }

    public bool IsClosed { get; private set; }

    private static EndPoint Local { get; } = new IPEndPoint(IPAddress.Loopback, 9);

    public CompactClient Connect(string address)
    {
        var pair = new PipePair();
        _coming.Writer.TryWrite(new PipeConnection(pair.Server, new IPEndPoint(IPAddress.Parse(address), 7)));
        return CompactClient.On(TransportPairs.StreamOn(pair.Client));
    }

    public ValueTask<TransportConnection> AcceptAsync(CancellationToken cancellationToken) => _coming.Reader.ReadAsync(cancellationToken);

    public void Dispose()
    {
        IsClosed = true;
        _coming.Writer.TryComplete();
    }
}
