namespace ServerLib;

/// <summary>What is announced of a user.</summary>
public enum Presence
{
    /// <summary>The user has come.</summary>
    Joined,

    /// <summary>The user has gone.</summary>
    Left,
}
