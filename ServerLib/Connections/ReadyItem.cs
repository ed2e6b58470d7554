namespace ServerLib;

/// <summary>What <see cref="ConnectionMultiplexor.SelectAsync"/> found ready.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Connection">The connection, when it is one: a whole message can be received, or the connection has ended.</param>
/// <param name="ConsoleLine">The line, when it is one of the console.</param>
public readonly record struct ReadyItem(ReadyKind Kind, Connection? Connection = null, string? ConsoleLine = null);
