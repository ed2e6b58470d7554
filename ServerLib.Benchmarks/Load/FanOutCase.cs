using System.Globalization;
using ServerLib.Benchmarks.Processes;
using ServerLib.Benchmarks.Servers;

namespace ServerLib.Benchmarks.Load;

/// <summary>Some of a thousand connections send. Each sends its next message when the previous one has reached all thousand.</summary>
internal sealed class FanOutCase(int senders) : LoadCase(
    string.Create(CultureInfo.InvariantCulture, $"fanout-1000x{senders}"),
    string.Create(CultureInfo.InvariantCulture, $"deliveries of 64 bytes to 1000 connections, of which {senders} send"),
    Mode.FanOut)
{
    public override bool WantsCeiling => true;

    public override async Task<IReadOnlyList<Measurement>> MeasureAsync(Contestant contestant, bool isFirst)
    {
        LoadOptions options = contestant.Options;
        var command = new GeneratorCommand("fanout")
        {
            Connections = 1000,
            Senders = senders,
            IsWelcomed = true,
            Body = ServerSetup.FanOutBody,
            WarmUp = isFirst ? options.FirstWarmUp : options.WarmUp,
            Seconds = options.Seconds,
        };
        if (!contestant.IsOpen)
            await contestant.OpenAsync(command);
        GeneratorReply reply = await contestant.GenerateAsync(command);
        return [new Measurement(Name, reply.Rate, reply.P99Us, reply.Busy)];
    }
}
