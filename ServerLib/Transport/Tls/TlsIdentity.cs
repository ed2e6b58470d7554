using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ServerLib.Protocol;

namespace ServerLib.Transport;

/// <summary>
/// A loaded certificate with everything that a handshake needs. It is created once, so that the TLS library's context is shared.
/// </summary>
internal sealed class TlsIdentity
{
    private static readonly List<SslApplicationProtocol> Protocols = [new("serverlib/2"), new("serverlib/1")];

    /// <param name="leaf">The certificate with its private key.</param>
    /// <param name="chain">The intermediate certificates, which are sent to clients.</param>
    /// <param name="clients">Whether clients are asked for certificates.</param>
    /// <param name="authorities">The authorities that issue client certificates.</param>
    public TlsIdentity(
        X509Certificate2 leaf,
        X509Certificate2Collection? chain = null,
        ClientCertificateMode clients = ClientCertificateMode.None,
        X509Certificate2Collection? authorities = null)
    {
        NotBefore = leaf.NotBefore;
        NotAfter = leaf.NotAfter;
        Fingerprint = string.Join(':', SHA256.HashData(leaf.RawData).Select(b => b.ToString("X2", null)));
        EndPointHash = EndPointBinding.HashOf(leaf);
        Options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = Protocols,
            AllowRenegotiation = false,
        };
        if (clients != ClientCertificateMode.None)
            AskClients(clients == ClientCertificateMode.Require, authorities ?? []);
    }

    public SslServerAuthenticationOptions Options { get; }

    /// <summary>The certificate's SHA-256: hexadecimal bytes, separated by colons.</summary>
    public string Fingerprint { get; }

    /// <summary>The hash to which a client's signature is bound.</summary>
    public byte[] EndPointHash { get; }

    /// <summary>When the certificate becomes valid.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>When the certificate expires.</summary>
    public DateTimeOffset NotAfter { get; }

    private void AskClients(bool isRequired, X509Certificate2Collection authorities)
    {
        Options.ClientCertificateRequired = true;
        Options.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        Options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        Options.RemoteCertificateValidationCallback = (tls, certificate, _, errors) =>
        {
            bool isAccepted = certificate is null ? !isRequired : errors == SslPolicyErrors.None;
            if (tls is ServerTls server)
                server.ClientIsRefused = !isAccepted;
            return isAccepted;
        };
    }
}
