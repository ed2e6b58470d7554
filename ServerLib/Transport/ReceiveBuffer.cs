using System.Buffers;

namespace ServerLib.Transport;

/// <summary>The outcome of filling a <see cref="ReceiveBuffer"/>.</summary>
internal enum FillOutcome
{
    /// <summary>Bytes were added.</summary>
    Filled,

    /// <summary>There was nothing to read.</summary>
    Nothing,

    /// <summary>The peer has closed its side.</summary>
    Ended,

    /// <summary>The connection is lost.</summary>
    Lost,
}

/// <summary>The received bytes that are not read yet. It holds a buffer only while there are such bytes.</summary>
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
    private uint _count;
    private uint _takenCount;

    /// <summary>The bytes that are not read yet. They are valid until the next fill.</summary>
    public ReadOnlyMemory<byte> Unread => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Whether every byte is read.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>Takes the number of bytes that have come since the last time.</summary>
    public uint TakeCount() => Counter.Take(in _count, ref _takenCount);

    /// <summary>Marks bytes as read. They stay valid until the next fill.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>Changes an unread byte.</summary>
    public void Replace(int index, byte value) => _buffer![_start + index] = value;

    /// <summary>Keeps bytes that are read valid until <see cref="Unhold"/>, even if the buffer is filled.</summary>
    public void Hold() => _isHeld = true;

    /// <summary>Ends <see cref="Hold"/>.</summary>
    public void Unhold()
    {
        _isHeld = false;
        if (_held is not null)
            ArrayPool<byte>.Shared.Return(_held);
        _held = null;
    }

    /// <summary>Returns the buffer if it is empty. Call this before waiting.</summary>
    public void ReleaseIfEmpty()
    {
        if (IsEmpty && !_isHeld)
            Release();
    }

    /// <summary>Adds bytes that have arrived, without waiting.</summary>
    public FillOutcome Fill()
    {
        MakeRoom();
        if (!transport.TryRead(_buffer.AsSpan(_end), out int count))
            return FillOutcome.Nothing;
        if (count <= 0)
            return count == 0 ? FillOutcome.Ended : FillOutcome.Lost;
        _end += count;
        _count += (uint)count;

        // A peer that sends much at a time gets a larger buffer while it does.
        if (_end == _buffer!.Length)
            _firstSize = Math.Min(_buffer.Length * 2, MaxFirstSize);
        else if (_end < _firstSize / 8)
            _firstSize = Math.Max(_firstSize / 2, MinSize);
        return FillOutcome.Filled;
    }

    /// <summary>Returns the buffer. Nothing may be read after this.</summary>
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
            // Frames that are too large are refused by their header, so the buffer does not grow without limit.
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
