using System.IO.Pipelines;

namespace ServerLib.Testing;

/// <summary>One end of a pair of pipes as a stream, for a client.</summary>
internal sealed class DuplexPipeStream(IDuplexPipe pipe) : Stream
{
    private readonly Stream _input = pipe.Input.AsStream(leaveOpen: true);
    private readonly Stream _output = pipe.Output.AsStream(leaveOpen: true);
    private int _isDisposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        await Attempt(() => _input.ReadAsync(buffer, cancellationToken)).ConfigureAwait(false);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await Attempt(async () =>
        {
            await _output.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            return 0;
        }).ConfigureAwait(false);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            pipe.Output.Complete();
            pipe.Input.CancelPendingRead();
        }

        base.Dispose(disposing);
    }

    /// <summary>A pipe that is closed at one end behaves like a connection that is lost.</summary>
    private static async ValueTask<int> Attempt(Func<ValueTask<int>> operation)
    {
        try
        {
            return await operation().ConfigureAwait(false);
        }
        catch (InvalidOperationException e)
        {
            throw new IOException("The connection is closed.", e);
        }
    }
}
