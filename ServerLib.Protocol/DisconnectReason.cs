namespace ServerLib;

/// <summary>Why a connection ended. If there are several reasons, the first one counts.</summary>
/// <remarks>Names such as <c>Login.GraceTime</c> are options of the server.</remarks>
public enum DisconnectReason
{
    /// <summary>The connection has not ended.</summary>
    None,

    /// <summary>The client announced that it disconnects.</summary>
    ClientLeft,

    /// <summary>The client closed its side without an announcement.</summary>
    EndOfStream,

    /// <summary>The connection was reset, or the network failed.</summary>
    ConnectionLost,

    /// <summary>The client did not log in within <c>Login.GraceTime</c>.</summary>
    LoginTimeout,

    /// <summary>The client failed to log in <c>Login.MaxAttempts</c> times.</summary>
    TooManyLoginAttempts,

    /// <summary>The first byte does not belong to a supported protocol.</summary>
    UnknownProtocol,

    /// <summary>
    /// The connection began with a PROXY header, and its address is not in <c>ProxyProtocol.From</c> of the end point.
    /// </summary>
    ProxyHeaderRefused,

    /// <summary>The TLS handshake failed.</summary>
    TlsFailed,

    /// <summary>
    /// The client did not present the required TLS certificate from an authority in <c>Tls.ClientCertificateAuthorities</c>.
    /// </summary>
    ClientCertificateRefused,

    /// <summary>The client tried to log in without TLS from an address for which <c>Login.Plaintext</c> does not allow it.</summary>
    PlaintextRefused,

    /// <summary>A frame was malformed, or could not be decrypted.</summary>
    BadFrame,

    /// <summary>A frame was larger than allowed, or the client sent too much over TLS before its login.</summary>
    FrameTooLarge,

    /// <summary>The client sent a frame at the wrong time, such as a message before the login.</summary>
    OutOfTurn,

    /// <summary>The client's public key was missing, malformed, private, not RSA, or of a refused size.</summary>
    BadKey,

    /// <summary>
    /// The client read too slowly: more than <c>Limits.MaxQueuedBytes</c> waited for it, or it read nothing for twice
    /// <c>Limits.KeepAlive</c> while something waited.
    /// </summary>
    SlowReader,

    /// <summary>The client sent no message for longer than <c>Limits.IdleTimeout</c>.</summary>
    IdleTimeout,

    /// <summary>The server already had <c>Limits.MaxConnections</c> connections.</summary>
    ServerFull,

    /// <summary>The server already had <c>Limits.MaxConnectionsPerAddress</c> connections from this address.</summary>
    TooManyFromAddress,

    /// <summary>The server already had <c>Limits.MaxUnauthenticated</c> connections without a login.</summary>
    TooManyUnauthenticated,

    /// <summary>
    /// The server already had <c>Limits.MaxUnauthenticatedPerAddress</c> connections without a login from this address.
    /// </summary>
    TooManyUnauthenticatedFromAddress,

    /// <summary>The user or the address is banned.</summary>
    Banned,

    /// <summary>The address has a penalty, for example after failed logins.</summary>
    Penalized,

    /// <summary>An admin ended the connection.</summary>
    Kicked,

    /// <summary>The account was locked or removed, or its password was changed by another connection.</summary>
    AccountChanged,

    /// <summary>The server shuts down.</summary>
    ServerShutdown,

    /// <summary>The client has continued its session on another connection.</summary>
    Resumed,

    /// <summary>The server failed unexpectedly.</summary>
    ServerError,
}
