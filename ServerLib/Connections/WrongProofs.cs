namespace ServerLib.Connections;

/// <summary>How many wrong passwords and wrong signatures in a row a client has sent since its login.</summary>
internal struct WrongProofs
{
    /// <summary>The wrong passwords.</summary>
    public int Passwords { get; set; }

    /// <summary>The wrong signatures.</summary>
    public int Signatures { get; set; }
}
