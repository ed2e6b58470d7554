namespace ServerLib;

/// <summary>Whether the clients of an end point use TLS.</summary>
public enum EndpointTls
{
    /// <summary>Each client chooses.</summary>
    Optional,

    /// <summary>All clients must. A login without TLS is refused.</summary>
    Required,

    /// <summary>No client can. A TLS handshake is refused.</summary>
    Never,
}
