using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using ServerLib.Messaging;
using ServerLib.Tests.Compact;

namespace ServerLib.Benchmarks.Micro;

/// <summary>A broadcast to a thousand connections without a network: the cost of sending before the system call.</summary>
[MemoryDiagnoser]
[Config(typeof(MicroConfig))]
public class BroadcastBenchmarks : IDisposable
{
    private const int Recipients = 1_000;

    private readonly ActiveConnectionLedger _ledger = new();
    private readonly Message _message = new(new byte[64]);
    private LedgerMessageRouter? _router;
    private Connection? _sender;

    /// <summary>Logs the connections in.</summary>
    [GlobalSetup]
    public async Task SetUpAsync()
    {
        var options = new ServerOptions();
        var database = new OpenDatabase();
        for (int i = 0; i < Recipients; i++)
            _sender = await InMemoryConnection.LogInAsync($"user{i}", _ledger, database, options);
        _router = new LedgerMessageRouter(_ledger, Options.Create(options));
        if ((await ToAllAsync()).Sent != Recipients)
            throw new InvalidOperationException("Not everyone is sent to.");
    }

    /// <summary>Sends to all connections. The figure is for all of them together.</summary>
    [Benchmark]
    public ValueTask<SendReport> ToAllAsync() => _router!.SendToAllAsync("alice", _message);

    /// <summary>Sends to one connection.</summary>
    [Benchmark]
    public SendOutcome ToOne() => _sender!.TrySend("alice", _message);

    /// <summary>Disposes all connections.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _ledger.Dispose();
        GC.SuppressFinalize(this);
    }
}
