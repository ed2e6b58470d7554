using System.Buffers;

namespace ServerLib.Transport;

/// <summary>Writes to a transport and never waits. Bytes that the transport does not take are kept, and sent when the peer reads.</summary>
/// <param name="transport">The transport.</param>
internal sealed class NonBlockingWriter(TransportConnection transport)
{
    /// <summary>
    /// The most bytes that wait for a peer that does not read; one large write may exceed it. Text stops before that, but every KeyUpdate of the
    /// peer causes an answer.
    /// </summary>
    public const int MaxKept = 64 * 1024;

    private readonly Lock _gate = new();
    private byte[]? _kept;
    private int _start;
    private int _end;
    private Task<bool> _flushing = Task.FromResult(true);
    private volatile bool _isLost;

    /// <summary>Whether the connection is lost.</summary>
    public bool IsLost => _isLost;

    /// <summary>Whether the transport has taken everything.</summary>
    public bool IsFlushed => Volatile.Read(ref _flushing).IsCompleted;

    /// <summary>Waits until the transport has taken everything.</summary>
    /// <returns><see langword="false"/> if the connection is lost.</returns>
    public Task<bool> WaitToFlushAsync(CancellationToken cancellationToken) => Volatile.Read(ref _flushing).WaitAsync(cancellationToken);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_isLost)
                return;
            if (_kept is null)
            {
                int taken = transport.TryWrite(bytes);
                if (taken < 0)
                    Abort();
                else if (taken < bytes.Length)
                {
                    Keep(bytes[taken..]);
                    _flushing = SendKeptAsync();
                }
            }
            else if (_end - _start + bytes.Length <= MaxKept)
            {
                Keep(bytes);
            }
            else
            {
                Abort();
            }
        }
    }

    private async Task<bool> SendKeptAsync()
    {
        while (await transport.WaitToWriteAsync(CancellationToken.None).ConfigureAwait(false))
        {
            lock (_gate)
            {
                int taken = transport.TryWrite(_kept.AsSpan(_start.._end));
                if (taken < 0)
                    break;
                _start += taken;
                if (_start == _end)
                {
                    Release();
                    return true;
                }
            }
        }

        lock (_gate)
            Abort();
        return false;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_kept is null || bytes.Length > _kept.Length - _end)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(_end - _start + bytes.Length);
            _kept.AsSpan(_start.._end).CopyTo(larger);
            int length = _end - _start;
            Release();
            (_kept, _end) = (larger, length);
        }

        bytes.CopyTo(_kept.AsSpan(_end));
        _end += bytes.Length;
    }

    private void Abort()
    {
        _isLost = true;
        Release();
    }

    private void Release()
    {
        if (_kept is not null)
            ArrayPool<byte>.Shared.Return(_kept);
        _kept = null;
        _start = _end = 0;
    }
}
