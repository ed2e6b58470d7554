namespace ServerLib;

/// <summary>How the server waits for its connections.</summary>
public enum TransportKind
{
    /// <summary>By event loops of its own on Linux, elsewhere as <see cref="Portable"/>.</summary>
    Automatic,

    /// <summary>By the runtime's sockets, on every system.</summary>
    Portable,
}
