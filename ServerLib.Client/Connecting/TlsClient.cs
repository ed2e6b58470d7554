using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>The client's side of TLS: the handshake, and whether the server is the right one.</summary>
internal sealed class TlsClient(ServerClientOptions options)
{
    private bool _isValid;
    private bool _isPinned;
    private bool _isAskedForCertificate;

    /// <summary>The server's fingerprint, once it has shown a certificate.</summary>
    public string? Fingerprint { get; private set; }

    /// <summary>What binds a signature to the server's certificate; empty before it has shown one.</summary>
    public byte[] ServerEndPoint { get; private set; } = [];

    /// <summary>Reads a SHA-256 fingerprint: hex in either case, with or without colons.</summary>
    /// <returns><see langword="null"/> when it is none.</returns>
    public static byte[]? Parse(string? fingerprint)
    {
        string hex = (fingerprint ?? "").Replace(":", "", StringComparison.Ordinal).Trim();
        return hex.Length == 2 * SHA256.HashSizeInBytes && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : null;
    }

    /// <exception cref="ServerClientException">The handshake failed, or the server is not the right one.</exception>
    public async Task<SslStream> AuthenticateAsync(Stream inner, CancellationTokenSource timeout, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var tls = new SslStream(inner);
        var how = new SslClientAuthenticationOptions
        {
            TargetHost = Host,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) => Look(certificate, errors),

            // It is called before the server says anything, too, and again when the server asks, which has shown its own certificate by then;
            // but not again where the first call has given one already.
            LocalCertificateSelectionCallback = (_, _, _, shown, _) =>
            {
                _isAskedForCertificate |= shown is not null;
                return _isAskedForCertificate ? options.ClientCertificate! : null!;
            },
        };
        try
        {
            await tls.AuthenticateAsClientAsync(how, either.Token).ConfigureAwait(false);
        }
        catch (AuthenticationException e) when (Fingerprint is { } seen && !IsAcceptable)
        {
            throw Untrusted($"The server's certificate is not trusted; its fingerprint is {seen}.", e);
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
                ? ClientStream.ClosedUnheard(e)
                : new ServerClientException("The connection was lost in the TLS handshake.", e) { Code = ClientCode.Lost };
        }

        if (options.Tls == TlsMode.Ask)
            await AskAsync(timeout, cancellationToken).ConfigureAwait(false);
        return tls;
    }

    /// <summary>
    /// What has to be thought of it when the server ends the connection before it has said anything inside of TLS: in TLS 1.3 it looks at
    /// the client's certificate only after the client's handshake, and not every one says then what it does not like.
    /// </summary>
    /// <returns><see langword="null"/> where the server has not asked for a certificate, or the network has failed.</returns>
    public ServerClientException? RefusalOf(Exception? cause)
    {
        if (!_isAskedForCertificate || cause?.InnerException is SocketException)
            return null;
        string shown = options.ClientCertificate is { } certificate ? $"'{TextSanitizer.Escape(certificate.Subject)}'" : "none";
        return new ServerClientException(
            $"The server ended the connection: it asks for a client certificate that an authority of its choice has signed, and was shown {shown}.",
            cause)
        {
            Code = ClientCode.CertificateRefused,
        };
    }

    private string Host => options.EndPoint?.Address.ToString() ?? options.Host;

    private bool IsAcceptable => options.Tls switch
    {
        TlsMode.Pinned => _isPinned,
        TlsMode.Ask => true,
        _ => _isValid,
    };

    private bool Look(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null)
            return false;
        byte[] hash = SHA256.HashData(certificate.GetRawCertData());
        Fingerprint = Convert.ToHexString(hash).Chunk(2).Select(pair => new string(pair)).Aggregate((left, right) => $"{left}:{right}");
        using (var shown = new X509Certificate2(certificate))
            ServerEndPoint = EndPointBinding.HashOf(shown);
        _isValid = errors == SslPolicyErrors.None;
        _isPinned = Parse(options.Fingerprint).AsSpan().SequenceEqual(hash);
        return IsAcceptable;
    }

    private async Task AskAsync(CancellationTokenSource timeout, CancellationToken cancellationToken)
    {
        // Nothing has been said to the server yet. A person who is asked takes his time.
        timeout.CancelAfter(Timeout.InfiniteTimeSpan);
        var identity = new ServerIdentity(Host, options.EndPoint?.Port ?? options.Port, Fingerprint!, _isValid);
        if (!await IsTrustedAsync(identity, cancellationToken).ConfigureAwait(false))
            throw Untrusted($"The server is not trusted; its fingerprint is {Fingerprint}.");
        timeout.CancelAfter(options.ConnectTimeout);
    }

    private async ValueTask<bool> IsTrustedAsync(ServerIdentity identity, CancellationToken cancellationToken)
    {
        try
        {
            return await options.TrustServer!(identity, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Untrusted($"Whether the server is trusted can't be said: {e.Message}", e);
        }
    }

    private static ServerClientException Untrusted(string message, Exception? cause = null) =>
        new(message, cause) { Code = ClientCode.Untrusted };
}
