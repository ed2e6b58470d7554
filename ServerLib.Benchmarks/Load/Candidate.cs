using ServerLib.Benchmarks.Servers;

namespace ServerLib.Benchmarks.Load;

/// <summary>A server that takes part.</summary>
/// <param name="Name">Its name for <c>serve</c>.</param>
/// <param name="Wire">The protocol of its clients.</param>
/// <param name="Modes">The modes that it supports.</param>
/// <param name="HasTls">Whether it supports TLS.</param>
internal sealed record Candidate(string Name, string Wire, Mode[] Modes, bool HasTls)
{
    public const string BareName = "bare";
    public const string CeilingName = "ceiling";

    private static readonly Mode[] Raw = [Mode.Echo, Mode.FanOut, Mode.Blocking];

    public static readonly Candidate ServerLib = new("serverlib", "compact", [.. Raw, Mode.Room, Mode.App], HasTls: true);

    /// <summary>ServerLib with accounts in PostgreSQL, for the logins only.</summary>
    public static readonly Candidate PostgreSql = new("serverlib-postgresql", "compact", [], HasTls: false);

    /// <summary>All candidates in the table's order. A new one needs a line here and one in <c>ServerProgram</c>.</summary>
    public static readonly Candidate[] All =
    [
        new(BareName, "raw", Raw, HasTls: true),
        ServerLib,
        new("serverlib-portable", "compact", [.. Raw, Mode.Room], HasTls: true),
        .. Servers.ServerLibServer.PostgreSql is null ? Array.Empty<Candidate>() : [PostgreSql],
        new("kestrel", "raw", Raw, HasTls: true),
        new("dotnetty", "raw", Raw, HasTls: true),
        new("bare-zero", "raw", Raw, HasTls: true),
        new("signalr-json", "own", [Mode.App], HasTls: false),
        new("signalr-messagepack", "own", [Mode.App], HasTls: false),
        new("mqttnet", "own", [Mode.App], HasTls: false),
    ];

    /// <summary>Not in the table: it shows the limit of the generator.</summary>
    public static readonly Candidate Ceiling = new(CeilingName, "raw", [Mode.Echo, Mode.FanOut], HasTls: false);

    public bool IsServerLib => Name.StartsWith("serverlib", StringComparison.Ordinal);
}

/// <summary>A candidate with or without TLS.</summary>
internal sealed record Variant(Candidate Candidate, bool Tls)
{
    public override string ToString() => Tls ? Candidate.Name + "+tls" : Candidate.Name;
}
