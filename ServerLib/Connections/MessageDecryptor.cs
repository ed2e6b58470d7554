using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>
/// Reads a classic client's messages. Each is decrypted in a slot of the <see cref="CryptoConcurrencyLimiter"/>, at once if a slot is free,
/// otherwise by <see cref="WaitAsync"/>.
/// </summary>
/// <param name="protocol">The client's protocol.</param>
/// <param name="limiter">The server's limiter.</param>
internal sealed class MessageDecryptor(ClassicProtocol protocol, CryptoConcurrencyLimiter limiter)
{
    private bool _isDone;
    private ReadStatus _status;
    private int _consumed;
    private Message _message;

    /// <summary>Whether the last message was not read because no slot was free.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Looks for a message, as <see cref="IWireProtocol.TryReadMessage"/> does.</summary>
    public ReadStatus TryReadMessage(ReadOnlyMemory<byte> buffer, out int consumed, out Message message)
    {
        if (_isDone)
        {
            _isDone = false;
            (consumed, message) = (_consumed, _message);
            return _status;
        }

        (consumed, message) = (0, default);
        IsWaiting = !limiter.TryAcquire();
        if (IsWaiting)
            return ReadStatus.NeedMore;
        try
        {
            return protocol.TryReadMessage(buffer, out consumed, out message);
        }
        finally
        {
            limiter.Release();
        }
    }

    /// <summary>Waits for a slot and decrypts. The next call of <see cref="TryReadMessage"/> returns the result.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public async Task WaitAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        IsWaiting = false;
        await limiter.AcquireAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _status = protocol.TryReadMessage(buffer, out _consumed, out _message);
            _isDone = true;
        }
        finally
        {
            limiter.Release();
        }
    }
}
