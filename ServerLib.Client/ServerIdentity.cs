namespace ServerLib;

/// <summary>What a server shows of itself before anything is said to it.</summary>
/// <param name="Host">The host that was asked for.</param>
/// <param name="Port">The port.</param>
/// <param name="Fingerprint">Its certificate's SHA-256 in upper-case hex, the bytes parted by colons.</param>
/// <param name="IsValid">Whether this machine trusts the certificate for that host anyway.</param>
public sealed record ServerIdentity(string Host, int Port, string Fingerprint, bool IsValid);
