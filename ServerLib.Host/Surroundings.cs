using System.Collections;
using ServerLib.Cli.Chat;
using ServerLib.Cli.Terminal;

namespace ServerLib.Cli;

/// <summary>The environment of the program. Tests replace it.</summary>
internal sealed record Surroundings
{
    public required TextReader In { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>The base of relative paths, and the folder of <c>appsettings.json</c>.</summary>
    public required string CurrentDirectory { get; init; }

    public IReadOnlyDictionary<string, string?> Variables { get; init; } = new Dictionary<string, string?>();

    /// <summary>The terminal; <see langword="null"/> if there is none.</summary>
    public ITerminal? Terminal { get; init; }

    /// <summary>The terminal on which the user answers questions, even if nothing can be drawn there; <see langword="null"/> if there is none.</summary>
    public ITerminal? Keyboard { get; init; }

    /// <summary>Whether standard output goes elsewhere than to the terminal.</summary>
    public bool IsOutputRedirected { get; init; }

    /// <summary>Whether errors go elsewhere than to the terminal.</summary>
    public bool IsErrorRedirected { get; init; }

    /// <summary>Whether the terminal shows colors (no-color.org).</summary>
    public bool HasColors => Terminal is not null && string.IsNullOrEmpty(Variables.GetValueOrDefault("NO_COLOR"));

    /// <summary>Formats the output of commands.</summary>
    public CommandFormat Format => new(Terminal, HasColors);

    /// <summary>The clock of what the program shows. The server has its own.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

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
        Keyboard = ConsoleTerminal.FindKeyboard(),
        IsOutputRedirected = System.Console.IsOutputRedirected,
        IsErrorRedirected = System.Console.IsErrorRedirected,
        HandlesSignals = true,
    };
}
