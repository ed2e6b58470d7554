using System.Buffers;
using System.IO.Pipelines;
using System.Net;

namespace ServerLib.Transport;

/// <summary>A transport over a pair of pipes, for connections that the application has accepted, and for tests.</summary>
/// <param name="pipe">The server's end.</param>
/// <param name="facts">What the application knows of the connection.</param>
internal sealed class PipeConnection(IDuplexPipe pipe, ConnectionFacts facts) : TransportConnection
{
    private readonly Lock _reading = new();
    private ReadOnlySequence<byte> _unread;
    private bool _holdsRead;
    private bool _ended;
    private volatile bool _closed;
    private Task<bool> _flushing = Task.FromResult(true);

    public PipeConnection(IDuplexPipe pipe, EndPoint remoteEndPoint)
        : this(pipe, new ConnectionFacts(remoteEndPoint))
    {
    }

    public override EndPoint RemoteEndPoint => facts.RemoteEndPoint;

    public override bool IsLocal => facts.IsLocal;

    public override TlsFacts? Tls { get; } = facts.IsSecure ? new TlsFacts(facts.ClientCertificate?.Subject, []) : null;

    public override bool HasEnded
    {
        get
        {
            lock (_reading)
            {
                if (_closed || _ended || _holdsRead || !pipe.Input.TryRead(out ReadResult result))
                    return _closed || _ended;
                pipe.Input.AdvanceTo(result.Buffer.Start);
                return result.IsCompleted;
            }
        }
    }

    public override async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        if (_closed)
            return false;
        if (_ended || _holdsRead)
            return true;
        try
        {
            ReadResult result = await pipe.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (_closed)
                return false;
            _unread = result.Buffer;
            _holdsRead = true;
            _ended = result.IsCompleted && _unread.IsEmpty;
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A pipe can be completed with any exception. It means that the connection is lost.
            return false;
        }
    }

    public override bool TryRead(Span<byte> buffer, out int count)
    {
        lock (_reading)
        {
            count = _closed ? -1 : (int)Math.Min(buffer.Length, _unread.Length);
            if (_closed || !_holdsRead)
                return _closed || _ended;
            ReadOnlySequence<byte> taken = _unread.Slice(0, count);
            taken.CopyTo(buffer);
            pipe.Input.AdvanceTo(taken.End);
            _unread = default;
            _holdsRead = false;
            return count > 0 || _ended;
        }
    }

    public override int TryWrite(ReadOnlySpan<byte> bytes)
    {
        if (!_flushing.IsCompleted)
            return 0;
        if (_closed)
            return -1;
        try
        {
            pipe.Output.Write(bytes);
            _flushing = FlushAsync();
            return bytes.Length;
        }
        catch (Exception)
        {
            // The output was completed, or failed. The connection is lost.
            return -1;
        }
    }

    public override async ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken) =>
        await _flushing.WaitAsync(cancellationToken).ConfigureAwait(false);

    public override void CompleteWriting() => pipe.Output.Complete();

    public override ValueTask DisposeAsync()
    {
        lock (_reading)
        {
            if (_closed)
                return ValueTask.CompletedTask;
            _closed = true;
            pipe.Input.CancelPendingRead();
            pipe.Output.CancelPendingFlush();
            pipe.Output.Complete();
            pipe.Input.Complete();
        }

        return ValueTask.CompletedTask;
    }

    private async Task<bool> FlushAsync()
    {
        try
        {
            FlushResult result = await pipe.Output.FlushAsync().ConfigureAwait(false);
            return !result.IsCompleted && !result.IsCanceled;
        }
        catch (Exception)
        {
            // The connection is lost.
            return false;
        }
    }
}
