using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerLib.Benchmarks.Processes;

/// <summary>What the coordinator tells the generator to do; a line of JSON each.</summary>
internal sealed record GeneratorCommand(string Do)
{
    /// <summary>Which set of open connections it is about.</summary>
    public string Key { get; init; } = "";

    /// <summary>What is spoken: <c>raw</c>, <c>compact</c> or <c>classic</c>.</summary>
    public string Wire { get; init; } = "raw";

    public int Port { get; init; }

    public bool Tls { get; init; }

    public int Connections { get; init; } = 1;

    /// <summary>How many names are logged in with, one after the other.</summary>
    public int Users { get; init; } = 1;

    /// <summary>Requests that each connection has on their way.</summary>
    public int Depth { get; init; } = 1;

    public int Body { get; init; } = 64;

    /// <summary>How many of the connections send, in a fan-out.</summary>
    public int Senders { get; init; } = 1;

    /// <summary>Whether a raw server says to each connection that it is on the list, as a fan-out needs.</summary>
    public bool IsWelcomed { get; init; }

    /// <summary>How many of the connections, the last ones, make the server's handler sleep.</summary>
    public int Sleepers { get; init; }

    public double WarmUp { get; init; }

    public double Seconds { get; init; }
}

/// <summary>What came of it.</summary>
internal sealed record GeneratorReply
{
    /// <summary>Why it failed; <see langword="null"/> when it didn't.</summary>
    public string? Error { get; init; }

    public long Count { get; init; }

    /// <summary>A second.</summary>
    public double Rate { get; init; }

    public double P50Us { get; init; }

    public double P99Us { get; init; }

    public double MaxUs { get; init; }

    /// <summary>The share of the time in which the generator had a core: at 1 it is the bottleneck.</summary>
    public double Busy { get; init; }
}

/// <summary>What a server says about itself.</summary>
internal sealed record ServerReply
{
    public string? Error { get; init; }

    public int Port { get; init; }

    /// <summary>Managed memory in bytes, after a full collection.</summary>
    public long Heap { get; init; }

    /// <summary>Resident memory in bytes.</summary>
    public long Resident { get; init; }

    /// <summary>Processor time used so far, in microseconds.</summary>
    public double CpuUs { get; init; }

    /// <summary>Of what it was asked to measure, a second; or a piece in microseconds of processor time.</summary>
    public double Measured { get; init; }
}

internal static class JsonLine
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string line) => JsonSerializer.Deserialize<T>(line, Options) ?? throw new JsonException("null");
}
