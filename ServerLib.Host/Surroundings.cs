using System.Collections;
using ServerLib.Cli.Chat;

namespace ServerLib.Cli;

/// <summary>What the program finds around it; a test gives it other ones.</summary>
internal sealed record Surroundings
{
    public required TextReader In { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Relative paths start here, and <c>appsettings.json</c> lies here.</summary>
    public required string CurrentDirectory { get; init; }

    public IReadOnlyDictionary<string, string?> Variables { get; init; } = new Dictionary<string, string?>();

    /// <summary>Where a person sits, if one does.</summary>
    public ITerminal? Terminal { get; init; }

    /// <summary>Whether Ctrl+C and SIGTERM stop the server.</summary>
    public bool HandlesSignals { get; init; }

    public static Surroundings OfThisProcess() => new()
    {
        In = StandardStreams.In,
        Out = StandardStreams.Out,
        Error = StandardStreams.Error,
        CurrentDirectory = Environment.CurrentDirectory,
        Variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value),
        Terminal = ConsoleTerminal.Find(),
        HandlesSignals = true,
    };
}
