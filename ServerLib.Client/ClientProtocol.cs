namespace ServerLib;

/// <summary>What a <see cref="ServerClient"/> speaks.</summary>
public enum ClientProtocol
{
    /// <summary>The compact protocol, which has everything.</summary>
    Compact,

    /// <summary>The classic protocol, which has texts for everyone and nothing else.</summary>
    Classic,
}
