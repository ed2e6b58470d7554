using System.Security.Cryptography;
using ServerLib.Diagnostics;
using ServerLib.Transport;
using ServerLib.Wire;

namespace ServerLib;

/// <content>What the client says.</content>
public sealed partial class Connection
{
    private readonly ReceiveBuffer _received;
    private Message? _next;

    private delegate ReadStatus Reader<T>(IWireProtocol protocol, ReadOnlyMemory<byte> buffer, out int consumed, out T result);

    /// <summary>Waits until a whole message has come.</summary>
    /// <param name="cancellationToken">Gives up waiting; nothing is lost by it.</param>
    /// <returns><see langword="false"/> when the connection has ended; <see cref="Reason"/> says why.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ServerLibException">The client has not logged in.</exception>
    public async ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default)
    {
        while (_next is null)
        {
            if (TryRead(ReadMessage, out Message message))
                _next = message;
            else if (!await FillAsync(cancellationToken).ConfigureAwait(false))
                return false;
        }

        return Reason == DisconnectReason.None;
    }

    /// <summary>Takes a message that has come whole, without waiting.</summary>
    /// <param name="message">The message; its body is valid until the next call of a receiving method.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ServerLibException">The client has not logged in.</exception>
    public bool TryReceive(out Message message)
    {
        if (_next is not { } next)
            return TryRead(ReadMessage, out message);
        message = next;
        _next = null;
        return true;
    }

    /// <summary>Waits for the next message.</summary>
    /// <param name="cancellationToken">Gives up waiting; nothing is lost by it.</param>
    /// <returns>
    /// The message, its body valid until the next call of a receiving method; <see langword="null"/> when the connection has ended.
    /// </returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ServerLibException">The client has not logged in.</exception>
    public async ValueTask<Message?> ReceiveAsync(CancellationToken cancellationToken = default) =>
        await WaitToReceiveAsync(cancellationToken).ConfigureAwait(false) && TryReceive(out Message message) ? message : null;

    /// <summary>Waits for a login, and finds out by its first byte which protocol the client speaks.</summary>
    /// <returns><see langword="null"/> when the connection has ended.</returns>
    internal async ValueTask<Credentials?> ReceiveCredentialsAsync(CancellationToken cancellationToken)
    {
        while (_protocol is null)
        {
            if (_received.Unread.IsEmpty && !await FillAsync(cancellationToken).ConfigureAwait(false))
                return null;
            if (ProtocolDetector.Detect(_received.Unread.Span[0]) == DetectedProtocol.Classic)
                _protocol = new ClassicProtocol(Options, _serverKey ?? ServerKey.Ephemeral);
            else
                End(DisconnectReason.UnknownProtocol);
            if (Reason != DisconnectReason.None)
                return null;
        }

        (string Username, string Password) credentials;
        while (!TryRead(ReadCredentials, out credentials))
        {
            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
                return null;
        }

        return new Credentials(credentials.Username, credentials.Password, RemoteEndPoint);
    }

    /// <summary>Waits for the client's public key.</summary>
    /// <returns><see langword="null"/> when the connection has ended.</returns>
    internal async ValueTask<RSA?> ReceiveKeyAsync(CancellationToken cancellationToken)
    {
        RSA? key;
        while (!TryRead(ReadKey, out key))
        {
            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
                return null;
        }

        return key;
    }

    private static ReadStatus ReadCredentials(
        IWireProtocol protocol, ReadOnlyMemory<byte> buffer, out int consumed, out (string Username, string Password) credentials) =>
        protocol.TryReadCredentials(buffer.Span, out consumed, out credentials);

    private static ReadStatus ReadKey(IWireProtocol protocol, ReadOnlyMemory<byte> buffer, out int consumed, out RSA? key) =>
        protocol.TryReadKey(buffer.Span, out consumed, out key);

    private static ReadStatus ReadMessage(IWireProtocol protocol, ReadOnlyMemory<byte> buffer, out int consumed, out Message message) =>
        protocol.TryReadMessage(buffer, out consumed, out message);

    /// <summary>Reads what is whole already. What the client may not send ends the connection.</summary>
    private bool TryRead<T>(Reader<T> read, out T result)
    {
        IWireProtocol protocol = Protocol;
        result = default!;
        if (Reason != DisconnectReason.None)
            return false;
        ReadStatus status = read(protocol, _received.Unread, out int consumed, out result);
        if (status == ReadStatus.Complete)
            _received.Consume(consumed);
        else if (status != ReadStatus.NeedMore)
            End(ReasonFor(status));
        return status == ReadStatus.Complete;
    }

    /// <summary>Waits for more bytes.</summary>
    /// <returns><see langword="false"/> when the connection has ended.</returns>
    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource? both =
            cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Aborted) : null;
        try
        {
            if (Reason == DisconnectReason.None)
            {
                FillOutcome outcome = await _received.FillAsync(both?.Token ?? Aborted).ConfigureAwait(false);
                if (outcome != FillOutcome.Filled)
                    End(outcome == FillOutcome.Ended ? DisconnectReason.EndOfStream : DisconnectReason.ConnectionLost);
            }
        }
        catch (OperationCanceledException) when (Reason != DisconnectReason.None)
        {
            // Ended from elsewhere.
        }

        return Reason == DisconnectReason.None;
    }

    private static DisconnectReason ReasonFor(ReadStatus status) => status switch
    {
        ReadStatus.Left => DisconnectReason.ClientLeft,
        ReadStatus.TooLarge => DisconnectReason.FrameTooLarge,
        ReadStatus.BadKey => DisconnectReason.BadKey,
        _ => DisconnectReason.BadFrame,
    };
}
