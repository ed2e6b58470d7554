using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Load;

/// <summary>The server's memory for a client that has made a call.</summary>
internal sealed class AppMemoryCase() : AppCase("app-memory", "resident memory of the server for each of 1,000 clients")
{
    private const int WarmUpConnections = 200;
    private const int Connections = 1_000;

    public override string Unit => "bytes";

    public override bool LowerIsBetter => true;

    public override bool WantsFreshServer => true;

    public override int Rounds(LoadOptions options) => Math.Min(options.Quick ? 1 : 3, options.Rounds);

    public override async Task<IReadOnlyList<Measurement>> MeasureAsync(Contestant contestant, bool isFirst)
    {
        var command = new GeneratorCommand("app-ask") { Wire = "own", Seconds = 0.5 };
        await OpenAndAskAsync(WarmUpConnections);
        await contestant.CloseAsync();
        await Task.Delay(500);
        ServerReply before = await contestant.AskServerAsync("memory");
        await OpenAndAskAsync(Connections);
        await Task.Delay(500);
        ServerReply after = await contestant.AskServerAsync("memory");
        await contestant.CloseAsync();
        return [new Measurement(Name, (after.Resident - before.Resident) / (double)Connections)];

        async Task OpenAndAskAsync(int connections)
        {
            await contestant.OpenAsync(command with { Connections = connections });
            await contestant.GenerateAsync(command);
        }
    }
}
