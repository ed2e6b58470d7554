using ServerLib.Benchmarks.Processes;
using ServerLib.Benchmarks.Servers;

namespace ServerLib.Benchmarks.Load;

/// <summary>The running server of a variant, and its generator.</summary>
internal sealed class Contestant(Variant variant, ChildProcess server, int port, ChildProcess generator, LoadOptions options) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    public Variant Variant => variant;

    public LoadOptions Options => options;

    /// <summary>Whether the generator belongs to this contestant alone, which disposes it.</summary>
    public bool OwnsGenerator { get; init; }

    /// <summary>Whether the generator has connections to it.</summary>
    public bool IsOpen { get; private set; }

    public static async Task<Contestant> StartAsync(
        Variant variant, Mode mode, bool fullHash, ChildProcess generator, LoadOptions options, Variant? named = null, bool ownsGenerator = false)
    {
        string[] arguments =
        [
            "serve", variant.Candidate.Name, "--mode", $"{mode}", .. variant.Tls ? ["--tls"] : Array.Empty<string>(),
            .. fullHash ? ["--full-hash"] : Array.Empty<string>(),
        ];
        ChildProcess server = ChildProcess.Start(fullyOptimized: false, arguments);
        try
        {
            ServerReply ready = await server.ReadAsync<ServerReply>(TimeSpan.FromSeconds(60));
            return new Contestant(named ?? variant, server, ready.Port, generator, options) { OwnsGenerator = ownsGenerator };
        }
        catch
        {
            await server.DisposeAsync();
            if (ownsGenerator)
                await generator.DisposeAsync();
            throw;
        }
    }

    public async Task OpenAsync(GeneratorCommand command)
    {
        await GenerateAsync(command with { Do = "open" });
        IsOpen = true;
    }

    public async Task CloseAsync()
    {
        if (IsOpen)
            await GenerateAsync(new GeneratorCommand("close"));
        IsOpen = false;
    }

    /// <exception cref="IOException">The generator reported a failure.</exception>
    public Task<GeneratorReply> GenerateAsync(GeneratorCommand command) => GenerateAsync(command, generator);

    /// <summary>Runs a command in another generator.</summary>
    /// <inheritdoc cref="GenerateAsync(GeneratorCommand)"/>
    public async Task<GeneratorReply> GenerateAsync(GeneratorCommand command, ChildProcess generator)
    {
        command = command with
        {
            Key = variant.ToString(),
            Port = port,
            Tls = variant.Tls,
            Wire = command.Wire is "classic" or "own" ? command.Wire : variant.Candidate.Wire,
        };
        GeneratorReply reply = await generator.AskAsync<GeneratorReply>(JsonLine.Write(command), Patience);
        return reply.Error is null ? reply : throw new IOException(reply.Error);
    }

    /// <exception cref="IOException">The server reported a failure.</exception>
    public async Task<ServerReply> AskServerAsync(string command)
    {
        ServerReply reply = await server.AskAsync<ServerReply>(command, Patience);
        return reply.Error is null ? reply : throw new IOException(reply.Error);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        if (OwnsGenerator)
            await generator.DisposeAsync();
    }
}
