using System.Text.Json;

namespace ServerLib.Administration.Commands;

/// <summary>The result of a command.</summary>
/// <param name="Exit">One of <see cref="ExitCode"/>.</param>
/// <param name="Text">The output without a line end at its end: text, or JSON if <c>--json</c> was given.</param>
/// <param name="Data">The output as data; <see langword="null"/> if the command has none.</param>
internal sealed record CommandResult(int Exit, string Text, object? Data = null)
{
    /// <summary>Whether <see cref="Text"/> is JSON.</summary>
    public bool IsJson { get; init; }

    public CommandOutput ToOutput() =>
        new(Exit, Text, Data is null ? null : JsonSerializer.SerializeToElement(Data, CommandJson.Options)) { IsJson = IsJson };
}
