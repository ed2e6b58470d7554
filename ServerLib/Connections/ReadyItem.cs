namespace ServerLib;

/// <summary>What <see cref="ConnectionMultiplexor.SelectAsync"/> found ready.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Connection">
/// The connection, if <paramref name="Kind"/> is <see cref="ReadyKind.Connection"/>: it has ended, or a complete message can be received.
/// </param>
/// <param name="ConsoleLine">The line, if <paramref name="Kind"/> is <see cref="ReadyKind.Console"/>.</param>
public readonly record struct ReadyItem(ReadyKind Kind, Connection? Connection = null, string? ConsoleLine = null);
