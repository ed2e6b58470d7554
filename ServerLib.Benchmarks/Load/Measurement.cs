namespace ServerLib.Benchmarks.Load;

/// <summary>One figure of one candidate in one round.</summary>
/// <param name="Case">Which row of the table it belongs to.</param>
/// <param name="Value">In the case's unit.</param>
/// <param name="P99Us">The 99th percentile of the latency in microseconds; 0 where there is none.</param>
/// <param name="Busy">The share of the time in which the generator had a core; 0 where that says nothing.</param>
internal sealed record Measurement(string Case, double Value, double P99Us = 0, double Busy = 0);
