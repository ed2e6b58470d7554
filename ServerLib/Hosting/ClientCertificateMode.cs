namespace ServerLib;

/// <summary>Whether clients show certificates of their own.</summary>
public enum ClientCertificateMode
{
    /// <summary>They are not asked for one.</summary>
    None,

    /// <summary>They may show one; one that the authorities didn't issue is refused.</summary>
    Allow,

    /// <summary>
    /// A TLS client that shows none is refused. What comes without TLS is <see cref="LoginOptions.Plaintext"/>'s affair.
    /// </summary>
    Require,
}
