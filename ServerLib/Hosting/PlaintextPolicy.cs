namespace ServerLib;

/// <summary>Which clients may send passwords without encryption.</summary>
public enum PlaintextPolicy
{
    /// <summary>Clients on the same machine.</summary>
    LoopbackOnly,

    /// <summary>No client.</summary>
    Never,

    /// <summary>All clients. Anyone on the network path can read the passwords.</summary>
    Anywhere,
}
