using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerLib.Benchmarks.Processes;

/// <summary>A command to the generator; one line of JSON.</summary>
internal sealed record GeneratorCommand(string Do)
{
    /// <summary>The set of open connections.</summary>
    public string Key { get; init; } = "";

    /// <summary>The protocol: <c>raw</c>, <c>compact</c> or <c>classic</c>; <c>own</c> for the server's own client library.</summary>
    public string Wire { get; init; } = "raw";

    public int Port { get; init; }

    public bool Tls { get; init; }

    public int Connections { get; init; } = 1;

    /// <summary>The number of user names that log in, one after the other.</summary>
    public int Users { get; init; } = 1;

    /// <summary>The number of requests in flight per connection.</summary>
    public int Depth { get; init; } = 1;

    public int Body { get; init; } = 64;

    /// <summary>The number of sending connections in a fan-out.</summary>
    public int Senders { get; init; } = 1;

    /// <summary>Whether a raw server confirms each connection, as a fan-out needs.</summary>
    public bool IsWelcomed { get; init; }

    /// <summary>The number of connections, the last ones, for which the server's handler sleeps.</summary>
    public int Sleepers { get; init; }

    /// <summary>Whether the clients of an application join its group.</summary>
    public bool JoinsGroup { get; init; }

    /// <summary>Whether clients that come back use their tickets.</summary>
    public bool ByTicket { get; init; }

    public double WarmUp { get; init; }

    public double Seconds { get; init; }
}

/// <summary>The result of a command.</summary>
internal sealed record GeneratorReply
{
    /// <summary>The error; <see langword="null"/> if the command succeeded.</summary>
    public string? Error { get; init; }

    public long Count { get; init; }

    /// <summary>Operations per second.</summary>
    public double Rate { get; init; }

    public double P50Us { get; init; }

    public double P99Us { get; init; }

    public double MaxUs { get; init; }

    /// <summary>The share of time in which the generator used a core. At 1 the generator is the bottleneck.</summary>
    public double Busy { get; init; }
}

/// <summary>What a server reports about itself.</summary>
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

    /// <summary>The measured value: operations per second, or microseconds of processor time per operation.</summary>
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
