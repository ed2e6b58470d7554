namespace ServerLib.Transport;

/// <summary>The result of a TLS handshake.</summary>
/// <param name="ClientSubject">
/// The subject of the client's verified certificate; <see langword="null"/> if it presented none.
/// </param>
/// <param name="ServerEndPoint">The hash of the server's certificate (RFC 5929, <c>tls-server-end-point</c>).</param>
internal sealed record TlsFacts(string? ClientSubject, byte[] ServerEndPoint);
