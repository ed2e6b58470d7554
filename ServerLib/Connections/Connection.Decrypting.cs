using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib;

/// <content>A classic client's messages, each of which is decrypted in a slot of the <see cref="CryptoConcurrencyLimiter"/>.</content>
public sealed partial class Connection
{
    private Decryption? _decryption;

    private Reader<Message> MessageReader => _decryption?.Reader ?? PlainReader;

    /// <summary>Waits for a place, and decrypts there; the next read finds what came of it.</summary>
    /// <returns><see langword="false"/> when the connection has ended.</returns>
    private async ValueTask<bool> DecryptAsync(Decryption decryption, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Aborted);
        try
        {
            await decryption.WaitAsync(Protocol, _link.Input.Unread, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (Reason != DisconnectReason.None)
        {
            // Ended from elsewhere.
        }

        return Reason == DisconnectReason.None;
    }

    private sealed class Decryption
    {
        private readonly CryptoConcurrencyLimiter _limiter;
        private bool _isDone;
        private ReadStatus _status;
        private int _consumed;
        private Message _message;

        public Decryption(CryptoConcurrencyLimiter limiter)
        {
            _limiter = limiter;
            Reader = Read;
        }

        public Reader<Message> Reader { get; }

        /// <summary>Whether there was no place for it.</summary>
        public bool IsDue { get; private set; }

        public async Task WaitAsync(IWireProtocol protocol, ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
        {
            IsDue = false;
            await _limiter.AcquireAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                _status = protocol.TryReadMessage(buffer, out _consumed, out _message);
                _isDone = true;
            }
            finally
            {
                _limiter.Release();
            }
        }

        private ReadStatus Read(IWireProtocol protocol, ReadOnlyMemory<byte> buffer, out int consumed, out Message message)
        {
            if (_isDone)
            {
                _isDone = false;
                (consumed, message) = (_consumed, _message);
                return _status;
            }

            (consumed, message) = (0, default);
            IsDue = !_limiter.TryAcquire();
            if (IsDue)
                return ReadStatus.NeedMore;
            try
            {
                return protocol.TryReadMessage(buffer, out consumed, out message);
            }
            finally
            {
                _limiter.Release();
            }
        }
    }
}
