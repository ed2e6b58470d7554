namespace ServerLib.Transport;

/// <summary>What a TLS handshake came to.</summary>
/// <param name="ClientSubject">
/// The subject of the client's certificate, which was checked; <see langword="null"/> when it gave none.
/// </param>
/// <param name="ServerEndPoint">The hash of the certificate that the client was shown (RFC 5929, <c>tls-server-end-point</c>).</param>
internal sealed record TlsFacts(string? ClientSubject, byte[] ServerEndPoint);
