using System.Buffers;

namespace ServerLib.Transport;

/// <summary>What filling a <see cref="ReceiveBuffer"/> came to.</summary>
internal enum FillOutcome
{
    /// <summary>There is more to read than before.</summary>
    Filled,

    /// <summary>Nothing was there after all.</summary>
    Nothing,

    /// <summary>The peer has closed its side.</summary>
    Ended,

    /// <summary>The connection is lost.</summary>
    Lost,
}

/// <summary>What has come from a peer and is not read yet. Holds a buffer only while it holds a byte.</summary>
internal sealed class ReceiveBuffer(TransportConnection transport)
{
    private const int MinSize = 4 * 1024;
    private const int MaxFirstSize = 64 * 1024;

    private byte[]? _buffer;
    private byte[]? _held;
    private int _start;
    private int _end;
    private int _firstSize = MinSize;
    private bool _isHeld;

    /// <summary>The bytes that are not read yet; valid until the next fill.</summary>
    public ReadOnlyMemory<byte> Unread => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Whether every byte is read.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>Marks bytes as read; they stay valid until the next fill.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>Keeps what has been read valid, over fills too, until <see cref="Unhold"/>.</summary>
    public void Hold() => _isHeld = true;

    /// <summary>Nobody needs what has been read any more.</summary>
    public void Unhold()
    {
        _isHeld = false;
        if (_held is not null)
            ArrayPool<byte>.Shared.Return(_held);
        _held = null;
    }

    /// <summary>Gives the buffer back when nothing is in it; to be called before waiting.</summary>
    public void ReleaseIfEmpty()
    {
        if (IsEmpty && !_isHeld)
            Release();
    }

    /// <summary>Takes what has come, without waiting.</summary>
    public FillOutcome Fill()
    {
        MakeRoom();
        if (!transport.TryRead(_buffer.AsSpan(_end), out int count))
            return FillOutcome.Nothing;
        if (count <= 0)
            return count == 0 ? FillOutcome.Ended : FillOutcome.Lost;
        _end += count;

        // Who sends much at a time is given more room at a time, as long as he does.
        if (_end == _buffer!.Length)
            _firstSize = Math.Min(_buffer.Length * 2, MaxFirstSize);
        else if (_end < _firstSize / 8)
            _firstSize = Math.Max(_firstSize / 2, MinSize);
        return FillOutcome.Filled;
    }

    /// <summary>Gives the buffer back; nothing may be read after this.</summary>
    public void Release()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _start = _end = 0;
    }

    private void MakeRoom()
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(_firstSize);
        }
        else if (_end == _buffer.Length)
        {
            // The protocol refuses a frame that is too large by its header, so this ends.
            byte[] target = _start > _buffer.Length / 2 && !_isHeld ? _buffer : ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            Unread.CopyTo(target);
            (_start, _end) = (0, _end - _start);
            if (target == _buffer)
                return;
            if (_isHeld && _held is null)
                _held = _buffer;
            else
                ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = target;
        }
    }
}
