using System.Buffers;
using System.Buffers.Binary;

namespace ServerLib.Protocol;

/// <summary>
/// The frames that one side has sent and the other has not acknowledged, so that they can be sent again. It holds a buffer only while there
/// are such frames. Not thread-safe.
/// </summary>
internal sealed class RetainedFrames
{
    private const int FirstSize = 512;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    /// <summary>The number of frames that were sent.</summary>
    public long Sent { get; private set; }

    /// <summary>The number of frames that the other side has acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The size of the frames that are not acknowledged, in bytes.</summary>
    public int Size => _end - _start;

    /// <summary>The frames that are not acknowledged, one after the other. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Unacknowledged => _buffer.AsSpan(_start, Size);

    /// <summary>Adds a frame in two parts, or several whole frames in <paramref name="head"/>. They are copied.</summary>
    public void Add(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        int size = head.Length + body.Length;
        if (size > _buffer.Length - _end)
            MakeRoom(size);
        head.CopyTo(_buffer.AsSpan(_end));
        body.CopyTo(_buffer.AsSpan(_end + head.Length));
        int end = _end + size;
        while (_end < end)
        {
            _end += SizeAt(_end);
            Sent++;
        }
    }

    /// <summary>Removes the first frames, because the other side has them.</summary>
    /// <param name="count">The number of frames that the other side has handed on so far.</param>
    /// <returns><see langword="false"/> if that is fewer than before, or more than were sent. Nothing is removed then.</returns>
    public bool TryAcknowledge(long count)
    {
        if (count < Acknowledged || count > Sent)
            return false;
        for (; Acknowledged < count; Acknowledged++)
            _start += SizeAt(_start);
        if (Size == 0)
            Clear();
        return true;
    }

    /// <summary>Removes all frames without an acknowledgement.</summary>
    public void Clear()
    {
        Return();
        _buffer = [];
        _start = _end = 0;
    }

    private int SizeAt(int index) => sizeof(uint) + (int)BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(index));

    private void MakeRoom(int size)
    {
        byte[] target = Size + size <= _buffer.Length
            ? _buffer
            : ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(Size + size, FirstSize), Size * 2));
        Unacknowledged.CopyTo(target);
        (_start, _end) = (0, Size);
        if (target != _buffer)
            Return();
        _buffer = target;
    }

    /// <summary>Returns the buffer. A frame in it may contain a password.</summary>
    private void Return()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
    }
}
