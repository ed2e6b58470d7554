namespace ServerLib;

/// <summary>Whether a <see cref="ServerClient"/> uses TLS, and how it finds out that it talks to the right server.</summary>
public enum TlsMode
{
    /// <summary>No TLS: the password crosses the network in the clear. For loopback.</summary>
    None,

    /// <summary>The certificate must be valid for the host's name and come from an authority that this machine trusts.</summary>
    Validate,

    /// <summary>The certificate must be the one whose SHA-256 fingerprint is <see cref="ServerClientOptions.Fingerprint"/>.</summary>
    Pinned,

    /// <summary><see cref="ServerClientOptions.TrustServer"/> decides, as ssh does with its known hosts.</summary>
    Ask,
}
