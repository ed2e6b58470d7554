using ServerLib.Benchmarks.Processes;
using ServerLib.Benchmarks.Servers;

namespace ServerLib.Benchmarks.Load;

/// <summary>Connections per second: connect, a first answer, an orderly end. ServerLib's first answer is HELLO.</summary>
internal sealed class ConnectCase() : LoadCase(
    "connect", "connections that receive a first answer and close (ServerLib: HELLO, no login)", Mode.Echo)
{
    public override bool RunsWithTls(bool quick) => true;

    public override async Task<IReadOnlyList<Measurement>> MeasureAsync(Contestant contestant, bool isFirst)
    {
        LoadOptions options = contestant.Options;
        GeneratorReply reply = await contestant.GenerateAsync(new GeneratorCommand("connect")
        {
            WarmUp = isFirst ? options.FirstWarmUp : options.WarmUp,
            Seconds = options.Seconds,
        });
        return [new Measurement(Name, reply.Rate, reply.P99Us)];
    }
}
