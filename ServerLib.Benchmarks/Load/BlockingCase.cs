using ServerLib.Benchmarks.Processes;
using ServerLib.Benchmarks.Servers;

namespace ServerLib.Benchmarks.Load;

/// <summary>How long other connections wait while handlers of some connections sleep 100 ms per message.</summary>
internal sealed class BlockingCase(int sleepers) : LoadCase(
    sleepers == 1 ? "blocking-one" : "blocking-hundred",
    sleepers == 1
        ? "p99 of 100 connections while the handler of another one sleeps 100 ms per message"
        : "longest pause of 100 connections while the handlers of 100 others sleep 100 ms per message",
    Mode.Blocking)
{
    public override string Unit => "µs";

    public override bool LowerIsBetter => true;

    public override bool RunsWithTls(bool quick) => false;

    public override int Rounds(LoadOptions options) => Math.Min(options.Quick ? 2 : 3, options.Rounds);

    public override async Task<IReadOnlyList<Measurement>> MeasureAsync(Contestant contestant, bool isFirst)
    {
        LoadOptions options = contestant.Options;
        var command = new GeneratorCommand("echo")
        {
            Connections = 100,
            Sleepers = sleepers,
            WarmUp = isFirst ? options.FirstWarmUp : options.WarmUp,
            Seconds = Math.Max(1, options.Seconds),
        };
        if (!contestant.IsOpen)
            await contestant.OpenAsync(command);
        GeneratorReply reply = await contestant.GenerateAsync(command);
        return [new Measurement(Name, sleepers == 1 ? reply.P99Us : reply.MaxUs, reply.P99Us)];
    }
}
