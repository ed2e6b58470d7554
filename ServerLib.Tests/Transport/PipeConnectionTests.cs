using System.IO.Pipelines;
using System.Net;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class PipeConnectionTests : TransportContract
{
    [TestMethod]
    public async Task A_pipe_completed_with_an_exception_is_a_connection_that_is_lost()
    {
        var pair = new PipePair();
        await using var transport = new PipeConnection(pair.Server, new IPEndPoint(IPAddress.Loopback, 0));
        await pair.Client.Output.CompleteAsync(new IOException("cut"));

        Assert.IsFalse(await transport.WaitToReadAsync(Token));
    }

    private protected override Task<(TransportConnection Transport, Stream Peer)> OpenAsync()
    {
        var pair = new PipePair();
        TransportConnection transport = new PipeConnection(pair.Server, new IPEndPoint(IPAddress.Loopback, 0));
        return Task.FromResult((transport, (Stream)new PeerStream(pair.Client)));
    }

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
