namespace ServerLib;

/// <summary>The protocol that a <see cref="ServerClient"/> uses.</summary>
public enum ClientProtocol
{
    /// <summary>The compact protocol, with all features.</summary>
    Compact,

    /// <summary>The classic protocol: text messages to everyone, and nothing else.</summary>
    Classic,
}
