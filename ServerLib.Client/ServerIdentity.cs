namespace ServerLib;

/// <summary>What is known about a server before the client sends anything to it.</summary>
/// <param name="Host">The host that the client connected to.</param>
/// <param name="Port">The port that the client connected to.</param>
/// <param name="Fingerprint">The certificate's SHA-256 fingerprint: upper-case hex, with colons between the bytes.</param>
/// <param name="IsValid">Whether <see cref="TlsMode.Validate"/> would accept the certificate.</param>
public sealed record ServerIdentity(string Host, int Port, string Fingerprint, bool IsValid);
