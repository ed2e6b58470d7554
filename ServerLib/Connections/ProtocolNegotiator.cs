using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>
/// Finds out which protocol a client speaks: from its first byte or, after a TLS handshake, from the first byte inside TLS.
/// </summary>
/// <param name="connection">The connection, which has only a transport.</param>
/// <param name="settings">The server's settings.</param>
internal sealed class ProtocolNegotiator(Connection connection, ConnectionSettings settings)
{
    /// <summary>Waits for the first byte, and does the TLS handshake if the client wants one.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The link, with its protocol; <see langword="null"/> if the connection has ended.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public async ValueTask<ConnectionLink?> NegotiateAsync(CancellationToken cancellationToken)
    {
        if (await DetectAsync(cancellationToken).ConfigureAwait(false) is not { } detected)
            return null;
        if (detected == DetectedProtocol.Tls && connection.Rules.Tls != EndpointTls.Never && settings.Certificate is { } certificate)
        {
            if (!await SecureAsync(certificate, cancellationToken).ConfigureAwait(false)
                || await DetectAsync(cancellationToken).ConfigureAwait(false) is not { } inside)
            {
                return null;
            }

            detected = inside;
        }

        // The handshake checks this too, but the application may have done the handshake itself.
        if (connection.Link is { IsSecure: true, ClientCertificateSubject: null }
            && settings.Options.Tls.ClientCertificates == ClientCertificateMode.Require)
        {
            connection.End(DisconnectReason.ClientCertificateRefused);
            return null;
        }

        switch (detected)
        {
            case DetectedProtocol.Classic:
                return connection.Link = Classic(connection.Link);
            case DetectedProtocol.Compact:
                return connection.Link = Compact(connection.Link);
            default:
                bool isProxied = ProxyHeader.Begins(connection.Link.Input.Unread.Span);
                connection.End(isProxied ? DisconnectReason.ProxyHeaderRefused : DisconnectReason.UnknownProtocol);
                return null;
        }
    }

    private ConnectionLink Classic(ConnectionLink link)
    {
        link.Output.KeepFrames();
        link.Transport.Affinity = settings.Affinities.Cryptography;
        return link.With(new ClassicProtocol(settings.Options.DisconnectMessage, settings.Options.Limits.MaxFrameSize, settings.ServerKey));
    }

    private ConnectionLink Compact(ConnectionLink link) => link.With(new CompactProtocol(
        settings.Options.Limits.MaxFrameSize,
        settings.Options.Login.RegistrationName,
        settings.ServerKey,
        connection.OffersKeys && link.IsBound,
        link.ServerEndPointHash,
        settings.Sessions is null ? 0 : (int)Math.Ceiling(settings.Options.Sessions.ResumeWindow.TotalSeconds),
        connection.OffersTickets));

    /// <summary>Waits for the next byte, which stays unread.</summary>
    private async ValueTask<DetectedProtocol?> DetectAsync(CancellationToken cancellationToken)
    {
        if (connection.Link.Input.IsEmpty && !await connection.Link.FillAsync(connection, cancellationToken).ConfigureAwait(false))
            return null;
        return ProtocolDetector.Detect(connection.Link.Input.Unread.Span[0]);
    }

    /// <summary>Does the TLS handshake, and continues inside TLS.</summary>
    private async ValueTask<bool> SecureAsync(ServerCertificate certificate, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connection.Aborted);
        ConnectionLink plain = connection.Link;
        byte[] first = plain.Input.Unread.ToArray();
        plain.Input.Release();
        try
        {
            // Nobody reads while the handshake waits for its turn, and a client that has disconnected would keep its place.
            await using ITimer watch = connection.Timers.WatchForEnd();
            (TlsConnection? tls, DisconnectReason failure) = await TlsConnection
                .AcceptAsync(
                    plain.Transport,
                    first,
                    certificate.Current,
                    certificate.Handshakes,
                    settings.Affinities.Cryptography,
                    connection.HasPriority || (plain.IsLocal && settings.Options.Limits.ExemptLoopback),
                    either.Token)
                .ConfigureAwait(false);
            if (tls is null)
            {
                connection.End(plain.ReasonForLoss(failure));
                return false;
            }

            connection.Link = new ConnectionLink(tls, settings.Options.Limits.MaxQueuedBytes, settings.Traffic);
            return true;
        }
        catch (OperationCanceledException) when (connection.Reason != DisconnectReason.None)
        {
            return false;
        }
    }
}
