namespace ServerLib;

/// <summary>An option and its value, for programs that show the configuration.</summary>
/// <param name="Name">The name in configuration, such as <c>Limits:MaxConnections</c>. An item of a list has its number: <c>Bans:0</c>.</param>
/// <param name="Value">
/// The value as configuration has it; <see langword="null"/> if there is none. Secrets are replaced by <c>(not shown)</c>.
/// </param>
/// <param name="NeedsRestart">Whether a change is in force only after a restart.</param>
public sealed record OptionValue(string Name, string? Value, bool NeedsRestart);
