namespace ServerLib.Administration;

/// <summary>The command line or a configuration source says something that it can't.</summary>
/// <param name="problems">One line a problem.</param>
internal sealed class WrongUsageException(params IEnumerable<string> problems) : Exception(string.Join('\n', problems))
{
    public IReadOnlyList<string> Problems { get; } = [.. problems];
}
