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
}
