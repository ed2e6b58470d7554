using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Testing;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

/// <summary>A transport of each kind, and its peer.</summary>
internal static class TransportPairs
{
    /// <summary>Opens a connection, as a server does.</summary>
    public static T Opened<T>(this T transport)
        where T : TransportConnection
    {
        Assert.IsTrue(transport.TryOpen());
        return transport;
    }

    public static async Task<(TransportConnection Transport, Stream Peer)> OpenSocketAsync()
    {
        SocketPair pair = await SocketPair.ConnectAsync();
        return (new SocketConnection(pair.Server, TimeSpan.Zero).Opened(), new NetworkStream(pair.Client, ownsSocket: true));
    }

    public static async Task<(TransportConnection Transport, Stream Peer)> OpenEpollAsync()
    {
        using var transport = new EpollTransport(NullLogger.Instance);
        var (connection, client) = await EpollPeers.AcceptAsync(transport);
        return (connection.Opened(), new NetworkStream(client, ownsSocket: true));
    }

    public static (TransportConnection Transport, Stream Peer) OpenPipe()
    {
        var pair = new PipePair(PipeOptions.Default);
        return (new PipeConnection(pair.Server, new IPEndPoint(IPAddress.Loopback, 0)), new PeerStream(pair.Client));
    }

    /// <summary>A pair of pipes as one stream.</summary>
    public static Stream StreamOn(IDuplexPipe pipe) => new PeerStream(pipe);

    /// <summary>The peer's end as one stream.</summary>
    private sealed class PeerStream(IDuplexPipe pipe) : Stream
    {
        private readonly Stream _input = pipe.Input.AsStream();
        private readonly Stream _output = pipe.Output.AsStream();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => _output.Flush();

        public override int Read(byte[] buffer, int offset, int count) => _input.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _input.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => _output.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            _output.WriteAsync(buffer, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            _input.Dispose();
            _output.Dispose();
            base.Dispose(disposing);
        }
    }
}
