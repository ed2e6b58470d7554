namespace ServerLib;

/// <summary>What a reload of the options has done.</summary>
public sealed class OptionsReloadResult
{
    internal OptionsReloadResult()
    {
    }

    /// <summary>The options that have changed, such as <c>Login:Registration</c>. They are in force.</summary>
    public IReadOnlyList<string> Changed { get; internal init; } = [];

    /// <summary>The options that are different in the configuration, but are in force only after a restart.</summary>
    public IReadOnlyList<string> NeedRestart { get; internal init; } = [];

    /// <summary>Why nothing has changed, one sentence for each problem; empty if the configuration is valid.</summary>
    public IReadOnlyList<string> Problems { get; internal init; } = [];
}
