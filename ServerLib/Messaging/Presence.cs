namespace ServerLib;

/// <summary>Whether a user has joined or left.</summary>
public enum Presence
{
    /// <summary>The user has joined.</summary>
    Joined,

    /// <summary>The user has left.</summary>
    Left,
}
