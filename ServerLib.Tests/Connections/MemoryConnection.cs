using System.IO.Pipelines;
using System.Net;
using ServerLib.Testing;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Connections;

/// <summary>
/// A connection in memory without a server, and its client, for tests of <see cref="Connection"/> and <see cref="Srv"/>. To count what is
/// written to a user who has logged in, use <see cref="RecordedConnection"/>.
/// </summary>
internal sealed class MemoryConnection
{
    private readonly IDuplexPipe _client;

    public MemoryConnection(ServerOptions? options = null, TimeProvider? time = null, IPAddress? from = null)
    {
        var pair = new PipePair();
        _client = pair.Client;
        Connection = new Connection(pair.Server, new(new IPEndPoint(from ?? IPAddress.Loopback, 7)), options, ServerKey.Ephemeral, time);
    }

    public Connection Connection { get; }

    /// <summary>The client, if it uses the compact protocol.</summary>
    public CompactClient Compact => field ??= CompactClient.On(new DuplexPipeStream(_client));

    /// <summary>The client, if it uses the classic protocol.</summary>
    public ClassicClient Classic => field ??= ClassicClient.On(new DuplexPipeStream(_client));

    /// <summary>How many bytes the server has sent that are not received yet.</summary>
    public long CountWaiting()
    {
        if (!_client.Input.TryRead(out ReadResult read))
            return 0;
        _client.Input.AdvanceTo(read.Buffer.Start);
        return read.Buffer.Length;
    }
}
