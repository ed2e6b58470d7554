using System.Buffers;

namespace ServerLib.Protocol;

/// <summary>A body that is written and sent at once. Objects and their arrays are pooled.</summary>
internal sealed class PooledBody : IBufferWriter<byte>, IDisposable
{
    private const int MinSize = 256;

    // A pool of one object per thread.
    [ThreadStatic]
    private static PooledBody? _spare;

    private byte[] _bytes = [];
    private int _size;

    private PooledBody()
    {
    }

    /// <summary>What has been written.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _size);

    public static PooledBody Rent()
    {
        PooledBody body = _spare ?? new PooledBody();
        _spare = null;
        return body;
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _size);
        _size += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        int needed = _size + Math.Max(sizeHint, 1);
        if (needed > _bytes.Length)
            Grow(Math.Max(needed, Math.Max(MinSize, 2 * _bytes.Length)));
        return _bytes.AsMemory(_size);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _size = 0;
        _spare = this;
    }

    private void Grow(int size)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        Written.CopyTo(larger);
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
