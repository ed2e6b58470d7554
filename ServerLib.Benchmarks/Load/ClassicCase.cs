using System.Globalization;
using ServerLib.Benchmarks.Processes;
using ServerLib.Benchmarks.Servers;

namespace ServerLib.Benchmarks.Load;

/// <summary>The processor time to relay a classic message, relative to that of its RSA operations alone.</summary>
internal sealed class ClassicCase() : LoadCase(
    "classic-relay-20", "processor time to relay a classic message to 20, relative to one RSA decryption and 20 encryptions", Mode.Room)
{
    private const int Recipients = 20;

    public override string Unit => "µs";

    public override bool LowerIsBetter => true;

    public override bool RunsWithTls(bool quick) => false;

    public override string Baseline => "rsa";

    public override async Task<IReadOnlyList<Measurement>> MeasureAsync(Contestant contestant, bool isFirst)
    {
        if (contestant.Variant.Candidate.Name == Baseline)
        {
            string question = string.Create(CultureInfo.InvariantCulture, $"rsa-cost {Recipients}");
            return [new Measurement(Name, (await contestant.AskServerAsync(question)).Measured)];
        }

        double seconds = Math.Max(1, contestant.Options.Seconds);
        var command = new GeneratorCommand("classic") { Wire = "classic", Connections = Recipients, Seconds = seconds };
        if (!contestant.IsOpen)
            await contestant.OpenAsync(command);
        if (isFirst)
            await contestant.GenerateAsync(command with { Seconds = contestant.Options.FirstWarmUp });
        double before = (await contestant.AskServerAsync("cpu")).CpuUs;
        GeneratorReply reply = await contestant.GenerateAsync(command);
        double used = (await contestant.AskServerAsync("cpu")).CpuUs - before;
        return [new Measurement(Name, used / reply.Count, reply.P99Us)];
    }
}
