using System.Net;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

/// <summary>Another transport, with its writes counted.</summary>
internal sealed class CountingTransport(TransportConnection inner) : TransportConnection
{
    /// <summary>How often something was taken.</summary>
    public int Writes { get; private set; }

    public override EndPoint RemoteEndPoint => inner.RemoteEndPoint;

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => inner.WaitToReadAsync(cancellationToken);

    public override bool TryRead(Span<byte> buffer, out int count) => inner.TryRead(buffer, out count);

    public override int TryWrite(ReadOnlySpan<byte> bytes)
    {
        int taken = inner.TryWrite(bytes);
        Writes += taken > 0 ? 1 : 0;
        return taken;
    }

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken) => inner.WaitToWriteAsync(cancellationToken);

    public override void CompleteWriting() => inner.CompleteWriting();

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
