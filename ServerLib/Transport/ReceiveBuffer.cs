using System.Buffers;

namespace ServerLib.Transport;

/// <summary>What filling a <see cref="ReceiveBuffer"/> came to.</summary>
internal enum FillOutcome
{
    /// <summary>There is more to read than before.</summary>
    Filled,

    /// <summary>The peer has closed its side.</summary>
    Ended,

    /// <summary>The connection is lost.</summary>
    Lost,
}

/// <summary>What has come from a peer and is not read yet. Holds a buffer only while it holds a byte.</summary>
internal sealed class ReceiveBuffer(TransportConnection transport)
{
    private const int FirstSize = 4 * 1024;
    private const int MaxInARow = 64 * 1024;

    private byte[]? _buffer;
    private int _start;
    private int _end;
    private int _inARow;

    /// <summary>The bytes that are not read yet; valid until the next fill.</summary>
    public ReadOnlyMemory<byte> Unread => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Marks bytes as read; they stay valid until the next fill.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>Waits for more.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async ValueTask<FillOutcome> FillAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReleaseIfEmpty();
            ValueTask<bool> waiting = transport.WaitToReadAsync(cancellationToken);
            if (!waiting.IsCompleted)
                _inARow = 0;
            if (!await waiting.ConfigureAwait(false))
                return FillOutcome.Lost;
            MakeRoom();
            if (!transport.TryRead(_buffer.AsSpan(_end), out int count))
                continue;
            if (count <= 0)
                return count == 0 ? FillOutcome.Ended : FillOutcome.Lost;
            _end += count;
            _inARow += count;
            if (_inARow > MaxInARow)
            {
                // The others have their turn.
                _inARow = 0;
                await Task.Yield();
            }

            return FillOutcome.Filled;
        }
    }

    /// <summary>Gives the buffer back; nothing may be read after this.</summary>
    public void Release()
    {
        if (_buffer is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
        _buffer = null;
        _start = _end = 0;
    }

    private void ReleaseIfEmpty()
    {
        if (_start == _end)
            Release();
    }

    private void MakeRoom()
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
        }
        else if (_end == _buffer.Length)
        {
            // The protocol refuses a frame that is too large by its header, so this ends.
            byte[] target = _start > _buffer.Length / 2 ? _buffer : ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            Unread.CopyTo(target);
            _end -= _start;
            _start = 0;
            if (target != _buffer)
                ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = target;
        }
    }
}
