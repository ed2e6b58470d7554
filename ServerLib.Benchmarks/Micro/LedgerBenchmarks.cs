using BenchmarkDotNet.Attributes;

namespace ServerLib.Benchmarks.Micro;

/// <summary>The ledger with 100,000 connections.</summary>
[MemoryDiagnoser]
[Config(typeof(MicroConfig))]
public class LedgerBenchmarks : IDisposable
{
    private const int Entries = 100_000;

    private readonly ActiveConnectionLedger _ledger = new();
    private readonly ServerOptions _options = new();
    private readonly List<Connection> _connections = [];
    private Connection? _another;
    private int _turn;

    /// <summary>Fills the ledger.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        for (int i = 0; i < Entries; i++)
        {
            Connection connection = InMemoryConnection.Named($"user{i}", _options);
            _connections.Add(connection);
            _ledger.Add(connection);
        }

        _another = InMemoryConnection.Named("another", _options);
    }

    /// <summary>Finds by alias.</summary>
    [Benchmark]
    public int FindByAlias() => _ledger.Find(_connections[Next()].Alias).Count;

    /// <summary>Finds by connection id.</summary>
    [Benchmark]
    public bool FindById() => _ledger.Database.UserSet.ContainsKey(_connections[Next()].Id);

    /// <summary>Adds and removes a connection.</summary>
    [Benchmark]
    public bool AddAndRemove()
    {
        _ledger.Add(_another!);
        return _ledger.Remove(_another!);
    }

    /// <summary>Enumerates all connections.</summary>
    [Benchmark(OperationsPerInvoke = Entries)]
    public int Enumerate()
    {
        int count = 0;
        foreach (Connection _ in _ledger.Connections)
            count++;
        return count;
    }

    /// <summary>Disposes all connections.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _ledger.Dispose();
        GC.SuppressFinalize(this);
    }

    private int Next() => _turn = (_turn + 7919) % Entries;
}
