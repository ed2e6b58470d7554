namespace ServerLib.Connections;

/// <summary>Where an index has a connection.</summary>
/// <param name="Sequence">The connection's position in the order of joins. It does not get what was sent before it joined.</param>
/// <param name="Key">The key under which the index has it. The user's name may have changed since.</param>
internal readonly record struct IndexEntry(long Sequence, string? Key);
