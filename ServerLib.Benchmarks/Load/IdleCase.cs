using ServerLib.Benchmarks.Processes;
using ServerLib.Benchmarks.Servers;
using ServerLib.Transport;

namespace ServerLib.Benchmarks.Load;

/// <summary>The memory of a connection that has logged in, has sent a message, and is silent.</summary>
internal sealed class IdleCase() : LoadCase("idle", "memory per idle connection", Mode.Echo)
{
    private const int WarmUpConnections = 200;

    public override IReadOnlyList<Row> Rows =>
    [
        new("idle-managed", "managed memory an idle connection, after a full collection", "bytes", true),
        new("idle-resident", "resident memory an idle connection", "bytes", true),
    ];

    public override bool WantsFreshServer => true;

    public override int Rounds(LoadOptions options) => options.Quick ? 1 : 2;

    public override bool Suits(Candidate candidate) => candidate.Modes.Contains(Mode);

    public override async Task<IReadOnlyList<Measurement>> MeasureAsync(Contestant contestant, bool isFirst)
    {
        // Each connection is a descriptor in both processes; the generator holds the connections of one variant at a time.
        int count = Math.Min(contestant.Options.IdleConnections, (int)DescriptorLimit() - 1_000);
        await TalkAsync(contestant, WarmUpConnections);
        await contestant.CloseAsync();
        await Task.Delay(500);
        ServerReply before = await contestant.AskServerAsync("memory");
        await TalkAsync(contestant, count);
        await Task.Delay(1000);
        ServerReply after = await contestant.AskServerAsync("memory");
        await contestant.CloseAsync();
        return
        [
            new Measurement("idle-managed", (after.Heap - before.Heap) / (double)count),
            new Measurement("idle-resident", (after.Resident - before.Resident) / (double)count),
        ];
    }

    private static async Task TalkAsync(Contestant contestant, int connections)
    {
        var command = new GeneratorCommand("echo") { Connections = connections, Seconds = 0.2 };
        await contestant.OpenAsync(command);
        await contestant.GenerateAsync(command);
    }

    private static long DescriptorLimit()
    {
        // .NET raises its soft limit to the hard limit at startup, and child processes inherit it.
        string line = File.ReadLines("/proc/self/limits").First(text => text.StartsWith("Max open files", StringComparison.Ordinal));
        string hard = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        return long.TryParse(hard, out long limit) ? Math.Min(limit, 1_000_000) : 1_000_000;
    }
}
