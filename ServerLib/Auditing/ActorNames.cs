namespace ServerLib.Auditing;

/// <summary>Names of actors without an account in the audit trail. Users cannot register them.</summary>
internal static class ActorNames
{
    /// <summary>The server's own console.</summary>
    public const string Console = "console";

    /// <summary>The configuration, such as its list of bans.</summary>
    public const string Configuration = "configuration";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Console, Configuration];
}
