namespace ServerLib.Benchmarks.Load;

/// <summary>One figure of one candidate in one round.</summary>
/// <param name="Case">The row of the table.</param>
/// <param name="Value">The value in the case's unit.</param>
/// <param name="P99Us">The 99th percentile of the latency in microseconds; 0 if there is none.</param>
/// <param name="Busy">The share of time in which the generator used a core; 0 if it is meaningless.</param>
/// <param name="P50Us">The median of the latency in microseconds; 0 if there is none.</param>
internal sealed record Measurement(string Case, double Value, double P99Us = 0, double Busy = 0, double P50Us = 0);
