using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>The client's side of TLS: the handshake, and the decision whether the server is trusted.</summary>
internal sealed class TlsClient(ServerClientOptions options)
{
    private bool _isValid;
    private bool _isPinned;
    private bool _isAskedForCertificate;

    /// <summary>The fingerprint of the server's certificate; <see langword="null"/> before the server has presented it.</summary>
    public string? Fingerprint { get; private set; }

    /// <summary>The hash of the server's certificate, to which signatures are bound; empty before the server has presented it.</summary>
    public byte[] ServerEndPoint { get; private set; } = [];

    private string Host => options.EndPoint?.Address.ToString() ?? options.Host;

    private bool IsAcceptable => options.Tls switch
    {
        TlsMode.Pinned => _isPinned,
        TlsMode.Ask => true,
        _ => _isValid,
    };

    /// <summary>Performs the handshake.</summary>
    /// <exception cref="ServerClientException">The handshake failed, or the server is not trusted.</exception>
    /// <exception cref="OperationCanceledException">The time is up, or the caller has canceled.</exception>
    public async Task<SslStream> AuthenticateAsync(Stream inner, ConnectTimer timer)
    {
        var stream = new SslStream(inner);
        try
        {
            await stream.AuthenticateAsClientAsync(HandshakeOptions(), timer.Token).ConfigureAwait(false);
        }
        catch (AuthenticationException e) when (Fingerprint is { } fingerprint && !IsAcceptable)
        {
            throw Untrusted($"The server's certificate is not trusted. Its fingerprint is {fingerprint}.", e);
        }
        catch (AuthenticationException e)
        {
            throw RefusalOf(e) ?? new ServerClientException("The TLS handshake failed.", e);
        }
        catch (IOException e) when (RefusalOf(e) is { } refused)
        {
            throw refused;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw Fingerprint is null
                ? ClientErrors.ClosedAtOnce(e)
                : new ServerClientException("The connection was lost during the TLS handshake.", e) { Code = ClientCode.Lost };
        }

        if (options.Tls == TlsMode.Ask)
            await AskAsync(timer).ConfigureAwait(false);
        return stream;
    }

    /// <summary>
    /// Explains why the server ended the connection before it sent anything inside TLS. In TLS 1.3 the server verifies the client's
    /// certificate after the client has completed the handshake, and not every server sends an alert when it refuses it.
    /// </summary>
    /// <returns><see langword="null"/> if the server did not ask for a certificate, or the network failed.</returns>
    public ServerClientException? RefusalOf(Exception? cause)
    {
        if (!_isAskedForCertificate || cause?.InnerException is SocketException)
            return null;
        string sent = options.ClientCertificate is { } certificate ? $"'{TextSanitizer.Escape(certificate.Subject)}'" : "none";
        return new ServerClientException(
            $"The server closed the connection. It asks for a client certificate from an authority that it trusts, and got {sent}.", cause)
        {
            Code = ClientCode.CertificateRefused,
        };
    }

    private SslClientAuthenticationOptions HandshakeOptions() => new()
    {
        TargetHost = Host,
        RemoteCertificateValidationCallback = (_, certificate, _, errors) => Inspect(certificate, errors),

        // .NET calls this once before the handshake, without the server's certificate, and again when the server asks for ours.
        // It does not call again if the first call returned a certificate.
        LocalCertificateSelectionCallback = (_, _, _, serverCertificate, _) =>
        {
            _isAskedForCertificate |= serverCertificate is not null;
            return _isAskedForCertificate ? options.ClientCertificate! : null!;
        },
    };

    private bool Inspect(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null)
            return false;
        byte[] hash = SHA256.HashData(certificate.GetRawCertData());
        Fingerprint = TlsFingerprint.Format(hash);
        using (var presented = new X509Certificate2(certificate))
            ServerEndPoint = EndPointBinding.HashOf(presented);
        _isValid = errors == SslPolicyErrors.None;
        _isPinned = TlsFingerprint.Parse(options.Fingerprint).AsSpan().SequenceEqual(hash);
        return IsAcceptable;
    }

    private async Task AskAsync(ConnectTimer timer)
    {
        var identity = new ServerIdentity(Host, options.EndPoint?.Port ?? options.Port, Fingerprint!, _isValid);
        if (!await timer.PauseAsync(token => IsTrustedAsync(identity, token)).ConfigureAwait(false))
            throw Untrusted($"The server is not trusted. Its fingerprint is {Fingerprint}.");
    }

    private async ValueTask<bool> IsTrustedAsync(ServerIdentity identity, CancellationToken cancellationToken)
    {
        try
        {
            return await options.TrustServer!(identity, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Untrusted($"The decision whether to trust the server failed: {e.Message}", e);
        }
    }

    private static ServerClientException Untrusted(string message, Exception? cause = null) =>
        new(message, cause) { Code = ClientCode.Untrusted };
}
