namespace ServerLib;

/// <summary>How the server accepts connections and waits for data.</summary>
public enum TransportKind
{
    /// <summary>With the server's own event loops on Linux; elsewhere like <see cref="Portable"/>.</summary>
    Automatic,

    /// <summary>With the runtime's sockets, on every system.</summary>
    Portable,

    /// <summary>The server does not listen. The application accepts all connections (<see cref="IServerControl.RunConnectionAsync"/>).</summary>
    None,
}
