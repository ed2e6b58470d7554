namespace ServerLib;

/// <summary>From where passwords are taken without TLS.</summary>
public enum PlaintextPolicy
{
    /// <summary>From this machine only.</summary>
    LoopbackOnly,

    /// <summary>From nowhere.</summary>
    Never,

    /// <summary>From everywhere: whoever is on the way can read them.</summary>
    Anywhere,
}
