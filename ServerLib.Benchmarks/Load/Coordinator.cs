using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Load;

/// <summary>
/// Runs the cases. In each round every candidate runs once, so that other load on the machine affects them alike. The order changes from
/// round to round.
/// </summary>
internal sealed class Coordinator(LoadOptions options, TextWriter progress)
{
    public Results Results { get; } = new();

    public async Task RunAsync()
    {
        foreach (LoadCase load in LoadCases.All.Where(options.Wants))
        {
            await progress.WriteLineAsync($"{load.Name}: {load.Description}");
            await RunAsync(load);
        }
    }

    private async Task RunAsync(LoadCase load)
    {
        // One generator per case, so that a failure does not affect other cases.
        await using ChildProcess generator = ChildProcess.Start(fullyOptimized: true, "generate");
        var contestants = new Dictionary<Variant, Contestant?>();
        List<Variant> variants = [.. VariantsOf(load)];
        try
        {
            for (int round = 0; round < load.Rounds(options); round++)
            {
                // Fresh servers run one at a time, so that memory and descriptors are their own.
                for (int i = 0; i < variants.Count; i++)
                {
                    Variant variant = variants[(i + round) % variants.Count];
                    await MeasureAsync(load, variant, round, contestants, generator);
                    if (load.WantsFreshServer && contestants.Remove(variant, out Contestant? used) && used is not null)
                        await used.DisposeAsync();
                    await Task.Delay(options.Pause);
                }
            }
        }
        finally
        {
            foreach (Contestant? contestant in contestants.Values)
            {
                if (contestant is not null)
                    await contestant.DisposeAsync();
            }
        }
    }

    private async Task MeasureAsync(
        LoadCase load, Variant variant, int round, Dictionary<Variant, Contestant?> contestants, ChildProcess generator)
    {
        bool isFirst = !contestants.TryGetValue(variant, out Contestant? contestant);
        try
        {
            if (isFirst)
            {
                contestants[variant] = contestant = await StartAsync(load, variant, generator);
                if (variant.Candidate.Name != load.Baseline)
                    await load.PrepareAsync(contestant);
            }

            if (contestant is null)
                return;
            foreach (Measurement measurement in await load.MeasureAsync(contestant, isFirst))
            {
                Results.Add(load.Baseline, variant, round, measurement);
                await progress.WriteLineAsync(
                    FormattableString.Invariant($"  {round + 1}  {variant,-24} {measurement.Case,-18} {measurement.Value,12:0.#}")
                    + FormattableString.Invariant($"  p99 {measurement.P99Us,9:0.0} µs  generator {measurement.Busy,4:0%}"));
            }
        }
        catch (Exception e) when (e is IOException or TimeoutException or NotSupportedException or InvalidOperationException)
        {
            Results.Notes.Add($"{load.Name}: {variant} failed in a round: {e.Message}");
            await progress.WriteLineAsync($"  {round + 1}  {variant,-24} FAILED: {e.Message}");

            // Messages in flight at the failure would disturb the next round.
            if (contestant is not null)
                await contestant.DisposeAsync();
            contestants[variant] = null;
        }
    }

    /// <summary>The cost of the cryptography alone is measured in a server that does nothing else.</summary>
    private Task<Contestant> StartAsync(LoadCase load, Variant variant, ChildProcess generator)
    {
        Variant served = load.Baseline == variant.Candidate.Name && load.IsBaselineOperation
            ? new Variant(load.BaselineServer, Tls: false)
            : variant;

        // Client libraries keep much memory, and thousands of clients of one would slow the garbage collections of the others.
        if (load.IsApplication)
            generator = ChildProcess.Start(fullyOptimized: false, "generate");
        return served == variant
            ? Contestant.StartAsync(variant, load.Mode, load.FullHash, generator, options, ownsGenerator: load.IsApplication)
            : Contestant.StartAsync(served, Servers.Mode.Echo, load.FullHash, generator, options, named: variant);
    }

    private IEnumerable<Variant> VariantsOf(LoadCase load)
    {
        if (load.IsBaselineOperation)
            yield return new Variant(new Candidate(load.Baseline, load.BaselineServer.Wire, [], HasTls: false), Tls: false);
        if (load.WantsCeiling)
            yield return new Variant(Candidate.Ceiling, Tls: false);
        foreach (Candidate candidate in Candidate.All)
        {
            if (!load.Suits(candidate) || !(options.Wants(candidate) || candidate.Name == load.Baseline))
                continue;
            yield return new Variant(candidate, Tls: false);
            if (candidate.HasTls && load.RunsWithTls(options.Quick))
                yield return new Variant(candidate, Tls: true);
        }
    }
}
