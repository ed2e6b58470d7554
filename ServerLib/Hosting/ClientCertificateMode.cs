namespace ServerLib;

/// <summary>Whether the server asks TLS clients for certificates.</summary>
public enum ClientCertificateMode
{
    /// <summary>The server does not ask.</summary>
    None,

    /// <summary>A client may present a certificate. One that no configured authority has issued is refused.</summary>
    Allow,

    /// <summary>A TLS client must present a certificate. <see cref="LoginOptions.Plaintext"/> decides about clients without TLS.</summary>
    Require,
}
