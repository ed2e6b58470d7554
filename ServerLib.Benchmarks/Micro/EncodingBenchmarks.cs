using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using ServerLib.Protocol;

namespace ServerLib.Benchmarks.Micro;

/// <summary>Encoding of messages.</summary>
[MemoryDiagnoser]
[Config(typeof(MicroConfig))]
public class EncodingBenchmarks
{
    private readonly CountingSink _sink = new();
    private static readonly ServerKey Key = ServerKey.Generate();
    private readonly CompactProtocol _compact = new(64 * 1024, "open", Key);
    private readonly ClassicProtocol _classic = new("disconnect\n", 64 * 1024, Key);
    private readonly RSA _key = RSA.Create(2048);
    private Message _message;

    /// <summary>The size of a body in bytes.</summary>
    [Params(64, 4096)]
    public int Size { get; set; }

    /// <summary>Brings both protocols to the state in which messages can be sent.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        byte[] body = new byte[Size];
        Array.Fill(body, (byte)'x');
        _message = new Message(body);
        _compact.WriteWelcome(_sink, "alice", "", 1);
        _classic.WriteServerKey(_sink, _key);
    }

    /// <summary>Encodes once and writes.</summary>
    [Benchmark]
    public SendOutcome Compact()
    {
        using OutgoingMessage outgoing = OutgoingMessage.ToRoom("alice", _message);
        return _compact.WriteMessage(_sink, outgoing);
    }

    /// <summary>The same for a classic client, with one RSA encryption per block.</summary>
    [Benchmark]
    public SendOutcome Classic()
    {
        using OutgoingMessage outgoing = OutgoingMessage.ToRoom("alice", _message);
        return _classic.WriteMessage(_sink, outgoing);
    }
}
