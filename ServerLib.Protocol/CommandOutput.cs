using System.Text.Json;

namespace ServerLib;

/// <summary>What an admin's command came to.</summary>
/// <param name="Exit">0 is success.</param>
/// <param name="Text">What is to be read. A client escapes it before it reaches a terminal.</param>
/// <param name="Data">The answer as data, nested up to six deep; <see langword="null"/> where there is none.</param>
public sealed record CommandOutput(int Exit, string Text, JsonElement? Data = null);
