namespace ServerLib.Cli;

/// <summary>The command line or the configuration is wrong.</summary>
/// <param name="problems">One line for each problem.</param>
internal sealed class WrongUsageException(params IEnumerable<string> problems) : Exception(string.Join('\n', problems))
{
    public IReadOnlyList<string> Problems { get; } = [.. problems];
}
