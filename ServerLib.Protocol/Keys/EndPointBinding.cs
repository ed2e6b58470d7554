using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ServerLib.Protocol;

/// <summary>What binds a signature to the TLS server that it was made for (RFC 5929 section 4, <c>tls-server-end-point</c>).</summary>
internal static class EndPointBinding
{
    /// <summary>
    /// The certificate's hash by the hash function of its own signature; SHA-256 where that one is MD5 or SHA-1, or where the
    /// signature's algorithm names none.
    /// </summary>
    public static byte[] HashOf(X509Certificate2 certificate) => certificate.SignatureAlgorithm.Value switch
    {
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => SHA384.HashData(certificate.RawData),
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => SHA512.HashData(certificate.RawData),
        _ => SHA256.HashData(certificate.RawData),
    };
}
