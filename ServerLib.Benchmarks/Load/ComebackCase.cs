using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Load;

/// <summary>
/// The time from the kill of a server with many clients until the last of them is logged in at its successor, which uses the same data
/// folder. The time includes the start of the successor.
/// </summary>
internal sealed class ComebackCase() : LoadCase("comeback", "time until all clients are logged in again after the server was killed", Servers.Mode.Echo)
{
    private const int Clients = 10_000;

    /// <summary>By password it takes minutes, so it is measured with fewer clients and multiplied.</summary>
    private const int ClientsByPassword = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    public override IReadOnlyList<Row> Rows =>
    [
        new("comeback-ticket", "time until 10,000 clients are back by ticket", "ms", true),
        new("comeback-password", "the same by password, from the logins of 200 clients", "ms", true),
    ];

    public override int Rounds(LoadOptions options) => 1;

    public override bool RunsWithTls(bool quick) => true;

    public override bool Suits(Candidate candidate) => candidate.Name == Candidate.ServerLib.Name;

    public override async Task<IReadOnlyList<Measurement>> MeasureAsync(Contestant contestant, bool isFirst)
    {
        DirectoryInfo data = Directory.CreateTempSubdirectory("serverlib-benchmark-");
        try
        {
            await using ChildProcess generator = ChildProcess.Start(fullyOptimized: true, "generate");
            GeneratorCommand command = new("return-open") { Connections = Clients, Tls = contestant.Variant.Tls };
            await using (ChildProcess first = Serve(data, 0, command.Tls, fullHash: false))
            {
                command = command with { Port = (await first.ReadAsync<ServerReply>(Patience)).Port };
                await AskAsync(generator, command);
                await first.KillAsync();
            }

            Task<GeneratorReply> returning = AskAsync(generator, command with { Do = "return", ByTicket = true });
            await using ChildProcess second = Serve(data, command.Port, command.Tls, fullHash: true);
            GeneratorReply byTicket = await returning;
            GeneratorReply byPassword = await AskAsync(generator, command with { Do = "return", Connections = ClientsByPassword });
            return
            [
                new Measurement("comeback-ticket", byTicket.MaxUs / 1000),
                new Measurement("comeback-password", byPassword.MaxUs / 1000 * Clients / byPassword.Count),
            ];
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static ChildProcess Serve(DirectoryInfo data, int port, bool tls, bool fullHash) => ChildProcess.Start(
        fullyOptimized: false,
        [
            "serve", Candidate.ServerLib.Name, "--mode", "Echo", "--data", data.FullName, "--port", $"{port}",
            .. tls ? ["--tls"] : Array.Empty<string>(), .. fullHash ? ["--full-hash"] : Array.Empty<string>(),
        ]);

    private static async Task<GeneratorReply> AskAsync(ChildProcess generator, GeneratorCommand command)
    {
        GeneratorReply reply = await generator.AskAsync<GeneratorReply>(JsonLine.Write(command), Patience);
        return reply.Error is null ? reply : throw new IOException(reply.Error);
    }
}
