using System.Text.Json;

namespace ServerLib;

/// <summary>The output of an admin's command.</summary>
/// <param name="Exit">The exit code; 0 is success.</param>
/// <param name="Text">The output as text. Escape it before you write it to a terminal.</param>
/// <param name="Data">The output as data, at most six levels deep; <see langword="null"/> if there is none.</param>
public sealed record CommandOutput(int Exit, string Text, JsonElement? Data = null)
{
    /// <summary>
    /// Whether <see cref="Text"/> is <see cref="Data"/> as JSON. The server does not truncate such a text, because incomplete JSON is
    /// useless. If a frame has no room for both, the server sends only the data. If the data is too large as well, it sends an error.
    /// </summary>
    public bool IsJson { get; init; }

    /// <summary>
    /// Whether the output answers the command, and does not say why the command was not run: the exit code is 0, or there is data without a
    /// member <c>error</c>.
    /// </summary>
    public bool IsAnswer => Exit == 0 || (Data is { } data && !(data.ValueKind == JsonValueKind.Object && data.TryGetProperty("error", out _)));

    /// <summary>
    /// The output as a table, for a program that can draw it better than <see cref="Text"/>, which contains the same; <see langword="null"/> if
    /// the output is not a table.
    /// </summary>
    public CommandTable? Table { get; init; }
}
