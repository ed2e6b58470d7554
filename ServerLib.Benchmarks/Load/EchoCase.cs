using System.Globalization;
using ServerLib.Benchmarks.Processes;
using ServerLib.Benchmarks.Servers;

namespace ServerLib.Benchmarks.Load;

/// <summary>Connections that each have <paramref name="depth"/> messages in flight and get each one back.</summary>
internal sealed class EchoCase(int connections, int depth, int body, bool tlsInQuick = false)
    : LoadCase(NameOf(connections, depth, body), Describe(connections, depth, body), Mode.Echo)
{
    public override bool WantsCeiling => true;

    public override bool RunsWithTls(bool quick) => tlsInQuick || !quick;

    public override async Task<IReadOnlyList<Measurement>> MeasureAsync(Contestant contestant, bool isFirst)
    {
        LoadOptions options = contestant.Options;
        var command = new GeneratorCommand("echo")
        {
            Connections = connections,
            Depth = depth,
            Body = body,
            WarmUp = isFirst ? options.FirstWarmUp : options.WarmUp,
            Seconds = options.Seconds,
        };
        if (!contestant.IsOpen)
            await contestant.OpenAsync(command);
        GeneratorReply reply = await contestant.GenerateAsync(command);
        return [new Measurement(Name, reply.Rate, reply.P99Us, reply.Busy)];
    }

    private static string NameOf(int connections, int depth, int body) => string.Create(
        CultureInfo.InvariantCulture, $"echo-{connections}x{depth}{(body >= 1024 ? $"-{body / 1024}k" : "")}");

    private static string Describe(int connections, int depth, int body) => string.Create(
        CultureInfo.InvariantCulture, $"{body}-byte messages echoed, {connections} connections with {depth} on their way each");
}
