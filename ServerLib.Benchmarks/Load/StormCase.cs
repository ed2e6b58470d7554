using ServerLib.Benchmarks.Processes;
using ServerLib.Benchmarks.Servers;

namespace ServerLib.Benchmarks.Load;

/// <summary>The latency of chatting clients while 500 others log in as fast as they can, relative to the latency without them.</summary>
internal sealed class StormCase() : LoadCase("storm", "latency of 100 chatting connections while 500 clients log in as fast as they can", Mode.Echo)
{
    private const int Stormers = 500;

    public override IReadOnlyList<Row> Rows =>
    [
        new("storm-p50", "median latency of chatting in a storm of logins", "µs", true),
        new("storm-p99", "99th percentile of the same", "µs", true),
    ];

    public override bool RunsWithTls(bool quick) => false;

    public override bool FullHash => true;

    public override string Baseline => "calm";

    public override Candidate BaselineServer => Candidate.ServerLib;

    public override bool Suits(Candidate candidate) => candidate.IsServerLib && base.Suits(candidate);

    public override async Task<IReadOnlyList<Measurement>> MeasureAsync(Contestant contestant, bool isFirst)
    {
        LoadOptions options = contestant.Options;
        var chat = new GeneratorCommand("chat")
        {
            Connections = 100,
            Depth = 1024,
            WarmUp = isFirst ? options.FirstWarmUp : 1,
            Seconds = Math.Max(3, options.Seconds),
        };

        // New connections each time: a client that answers no ping during other measurements is disconnected.
        await contestant.OpenAsync(chat);
        GeneratorReply reply = contestant.Variant.Candidate.Name == Baseline
            ? await contestant.GenerateAsync(chat)
            : await ChatInStormAsync(contestant, chat);
        await contestant.CloseAsync();
        return [new Measurement("storm-p50", reply.P50Us), new Measurement("storm-p99", reply.P99Us)];
    }

    private static async Task<GeneratorReply> ChatInStormAsync(Contestant contestant, GeneratorCommand chat)
    {
        await using ChildProcess clouds = ChildProcess.Start(fullyOptimized: true, "generate");
        Task<GeneratorReply> storm = contestant.GenerateAsync(chat with { Do = "storm", Connections = Stormers }, clouds);
        GeneratorReply reply = await contestant.GenerateAsync(chat);
        return (await storm).Count > 0 ? reply : throw new IOException("Nobody has logged in: there was no storm.");
    }
}
