namespace ServerLib.Cli;

/// <summary>One source of the configuration.</summary>
/// <param name="From">What it is: a file's path, <c>environment</c> or <c>command line</c>.</param>
/// <param name="Values">Its keys and values.</param>
/// <param name="IsFile">Whether it is a file.</param>
internal sealed record ConfigurationLayer(string From, IReadOnlyDictionary<string, string?> Values, bool IsFile = false);
