using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Load;

/// <summary>What the clients of an application do, for some time.</summary>
/// <param name="name">The name of the case.</param>
/// <param name="description">What it is.</param>
/// <param name="loop">The generator's command.</param>
/// <param name="connections">The number of clients.</param>
internal sealed class AppRateCase(string name, string description, string loop, int connections) : AppCase(name, description)
{
    /// <summary>Client libraries have much code, and the runtime takes seconds to compile all of it with full optimization.</summary>
    private const int WarmUps = 4;

    public override IReadOnlyList<Row> Rows =>
    [
        new Row(Name, Description, Unit, LowerIsBetter),
        new Row($"{Name}-cpu", "the server's processor time for each", "µs", true),
    ];

    public override async Task<IReadOnlyList<Measurement>> MeasureAsync(Contestant contestant, bool isFirst)
    {
        LoadOptions options = contestant.Options;
        var command = new GeneratorCommand(loop) { Wire = "own", Connections = connections, JoinsGroup = loop == "app-say" };
        if (!contestant.IsOpen)
            await contestant.OpenAsync(command);
        await contestant.GenerateAsync(command with { Seconds = isFirst ? WarmUps * options.FirstWarmUp : options.WarmUp });
        ServerReply before = await contestant.AskServerAsync("cpu");
        GeneratorReply reply = await contestant.GenerateAsync(command with { Seconds = options.Seconds });
        ServerReply after = await contestant.AskServerAsync("cpu");
        return
        [
            new Measurement(Name, reply.Rate, reply.P99Us, reply.Busy, reply.P50Us),
            new Measurement($"{Name}-cpu", (after.CpuUs - before.CpuUs) / reply.Count),
        ];
    }
}
