namespace ServerLib.Auditing;

/// <summary>Who does something without an account, as the audit trail names him: nobody else may be called so.</summary>
internal static class ActorNames
{
    /// <summary>Whoever types on the server's own console.</summary>
    public const string Console = "console";

    /// <summary>The options, such as those that ban somebody.</summary>
    public const string Configuration = "configuration";

    public static IReadOnlyList<string> All { get; } = [Console, Configuration];
}
