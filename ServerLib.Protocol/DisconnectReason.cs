namespace ServerLib;

/// <summary>Why a connection ended. The first reason that is found stands.</summary>
public enum DisconnectReason
{
    /// <summary>It has not ended.</summary>
    None,

    /// <summary>The client said that it leaves.</summary>
    ClientLeft,

    /// <summary>The client closed its side without a word.</summary>
    EndOfStream,

    /// <summary>The connection was reset, or the network failed.</summary>
    ConnectionLost,

    /// <summary>The client was not logged in when <c>ServerOptions.LoginGraceTime</c> had passed.</summary>
    LoginTimeout,

    /// <summary>The client failed to log in <c>ServerOptions.MaxLoginAttempts</c> times.</summary>
    TooManyLoginAttempts,

    /// <summary>The first byte was of no protocol that is spoken here.</summary>
    UnknownProtocol,

    /// <summary>The TLS handshake failed.</summary>
    TlsFailed,

    /// <summary>
    /// The client showed no TLS certificate that an authority of <c>ServerOptions.ClientCertificateAuthorities</c> has issued, where
    /// it has to.
    /// </summary>
    ClientCertificateRefused,

    /// <summary>The client would have logged in without TLS from where <c>ServerOptions.Plaintext</c> doesn't allow it.</summary>
    PlaintextRefused,

    /// <summary>A frame was malformed, or could not be decrypted.</summary>
    BadFrame,

    /// <summary>A frame was larger than allowed, or over TLS all that came before the login.</summary>
    FrameTooLarge,

    /// <summary>A frame came before its turn, such as a message before the login.</summary>
    OutOfTurn,

    /// <summary>The client's public key was missing, malformed, private, not RSA, or of a size that is refused.</summary>
    BadKey,

    /// <summary>The client read too slowly: more than <c>ServerOptions.MaxQueuedBytes</c> waited for it.</summary>
    SlowReader,

    /// <summary>The client sent no message for longer than <c>ServerOptions.IdleTimeout</c>.</summary>
    IdleTimeout,

    /// <summary>There were <c>ServerOptions.MaxConnections</c> already.</summary>
    ServerFull,

    /// <summary>There were <c>ServerOptions.MaxConnectionsPerAddress</c> from that address already.</summary>
    TooManyFromAddress,

    /// <summary>Too many had not logged in yet: <c>ServerOptions.MaxUnauthenticated</c>.</summary>
    TooManyUnauthenticated,

    /// <summary>Too many from that address had not logged in yet: <c>ServerOptions.MaxUnauthenticatedPerAddress</c>.</summary>
    TooManyUnauthenticatedFromAddress,

    /// <summary>The user, or where he connects from, is banned.</summary>
    Banned,

    /// <summary>Its address is refused for a while, for what came from it before.</summary>
    Penalized,

    /// <summary>An admin ended it.</summary>
    Kicked,

    /// <summary>The account was locked or removed, or its password was changed elsewhere.</summary>
    AccountChanged,

    /// <summary>The server shuts down.</summary>
    ServerShutdown,

    /// <summary>Something failed on the server's side.</summary>
    ServerError,
}
