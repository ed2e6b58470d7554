namespace ServerLib;

/// <summary>Whether a <see cref="ServerClient"/> uses TLS, and how it verifies the server.</summary>
public enum TlsMode
{
    /// <summary>No TLS. Everything is sent in clear text, so use it for servers on the same machine only.</summary>
    None,

    /// <summary>The certificate must be valid for the host name, and issued by an authority that this machine trusts.</summary>
    Validate,

    /// <summary>The certificate must have the SHA-256 fingerprint <see cref="ServerClientOptions.Fingerprint"/>.</summary>
    Pinned,

    /// <summary><see cref="ServerClientOptions.TrustServer"/> decides, for example by a list of known hosts as in SSH.</summary>
    Ask,
}
