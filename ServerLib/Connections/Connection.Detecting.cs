using System.Net;
using System.Net.Sockets;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib;

/// <content>How it is found out what the client speaks, and whether it may log in like that.</content>
public sealed partial class Connection
{
    private static readonly Reader<int> PrefaceReader =
        static (protocol, buffer, out consumed, out result) =>
        {
            result = 0;
            return protocol.TryReadPreface(buffer.Span, out consumed);
        };

    private async ValueTask<bool> DetectAsync(CancellationToken cancellationToken)
    {
        if (await LookAsync(cancellationToken).ConfigureAwait(false) is not { } detected)
            return false;
        if (detected == DetectedProtocol.Tls && _certificate is not null)
        {
            if (!await SecureAsync(_certificate, cancellationToken).ConfigureAwait(false)
                || await LookAsync(cancellationToken).ConfigureAwait(false) is not { } inside)
            {
                return false;
            }

            detected = inside;
        }

        ServerKey serverKey = _serverKey ?? ServerKey.Ephemeral;
        switch (detected)
        {
            case DetectedProtocol.Classic:
                _protocol = new ClassicProtocol(Options.DisconnectMessage, Options.Limits.MaxFrameSize, serverKey);
                _queue.KeepFrames();
                _transport.Owner = ContinuationAffinity.Cryptography;
                _decryption = new Decryption();
                return true;
            case DetectedProtocol.Compact:
                _protocol = new CompactProtocol(Options.Limits.MaxFrameSize, Options.Login.RegistrationName, serverKey, OffersKeys && IsBound, ServerEndPointHash);
                if (!(await ReadAsync(PrefaceReader, cancellationToken).ConfigureAwait(false)).IsRead || !AllowsLogin())
                    return false;
                _protocol.WriteHello(_queue);
                return true;
            default:
                End(DisconnectReason.UnknownProtocol);
                return false;
        }
    }

    /// <summary>Waits for the next byte, and looks at it without taking it.</summary>
    private async ValueTask<DetectedProtocol?> LookAsync(CancellationToken cancellationToken)
    {
        if (_received.IsEmpty && !await FillAsync(cancellationToken).ConfigureAwait(false))
            return null;
        return ProtocolDetector.Detect(_received.Unread.Span[0]);
    }

    /// <summary>Does the TLS handshake; what is said from then on is said inside.</summary>
    private async ValueTask<bool> SecureAsync(ServerCertificate certificate, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Aborted);
        byte[] first = _received.Unread.ToArray();
        _received.Release();
        try
        {
            // While it waits for its turn nobody reads, and who goes would go on holding his place.
            await using ITimer watch = WatchForEnd();
            (TlsConnection? tls, DisconnectReason failure) = await TlsConnection
                .AcceptAsync(_transport, first, certificate.Current, TlsHandshakeLimiter.Shared, HasPriority || IsLocal, either.Token).ConfigureAwait(false);
            if (tls is null)
            {
                End(ReasonForLoss(failure));
                return false;
            }

            _transport = tls;
            _queue = new SendQueue(tls, Options.Limits.MaxQueuedBytes);
            _received = new ReceiveBuffer(tls);
            return true;
        }
        catch (OperationCanceledException) when (Reason != DisconnectReason.None)
        {
            return false;
        }
    }

    /// <summary>Refuses, in the client's protocol, a login that may be read on its way.</summary>
    private bool AllowsLogin()
    {
        if (IsSecure || Options.Login.Plaintext == PlaintextPolicy.Anywhere || (Options.Login.Plaintext == PlaintextPolicy.LoopbackOnly && IsLocal))
            return true;
        if (IsClassic)
            Protocol.WriteLoginResult(_queue, new LoginResult(LoginCode.Refused));
        End(DisconnectReason.PlaintextRefused);
        return false;
    }

    /// <summary>Whether a signature that the client makes for this server is of no use to another one.</summary>
    internal bool IsBound => IsSecure || IsLocal;

    /// <summary>Whether the client is on this machine.</summary>
    internal bool IsLocal => RemoteEndPoint is UnixDomainSocketEndPoint || (RemoteEndPoint is IPEndPoint ip && IPAddress.IsLoopback(ip.Address));
}
