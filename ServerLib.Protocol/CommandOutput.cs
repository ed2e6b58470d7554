using System.Text.Json;

namespace ServerLib;

/// <summary>The output of an admin's command.</summary>
/// <param name="Exit">The exit code; 0 is success.</param>
/// <param name="Text">The output as text. Escape it before you write it to a terminal.</param>
/// <param name="Data">The output as data, at most six levels deep; <see langword="null"/> if there is none.</param>
public sealed record CommandOutput(int Exit, string Text, JsonElement? Data = null)
{
    /// <summary>
    /// Whether <see cref="Text"/> is <see cref="Data"/> as JSON. Half of it would be useless, so the server does not cut it: if a frame has
    /// no room for both, it sends only the data, and if that is too large too, an error.
    /// </summary>
    public bool IsJson { get; init; }
}
