using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ServerLib.Protocol;

/// <summary>
/// Binds a signature to one TLS server, by a hash of the server's certificate (RFC 5929 section 4, <c>tls-server-end-point</c>).
/// </summary>
internal static class EndPointBinding
{
    /// <summary>
    /// The certificate's hash, with the hash function of the certificate's signature. SHA-256 if that is MD5 or SHA-1, or if the
    /// signature algorithm names no hash function.
    /// </summary>
    public static byte[] HashOf(X509Certificate2 certificate) => certificate.SignatureAlgorithm.Value switch
    {
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => SHA384.HashData(certificate.RawData),
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => SHA512.HashData(certificate.RawData),
        _ => SHA256.HashData(certificate.RawData),
    };
}
