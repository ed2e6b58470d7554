using BenchmarkDotNet.Attributes;
using ServerLib.Protocol;

namespace ServerLib.Benchmarks.Micro;

/// <summary>Parsing of messages.</summary>
[MemoryDiagnoser]
[Config(typeof(MicroConfig))]
public class ParsingBenchmarks
{
    private const int Frames = 16;

    private static readonly ServerKey Key = ServerKey.Generate();
    private readonly CompactProtocol _compact = new(64 * 1024, "open", Key);
    private readonly ClassicProtocol _classic = new("disconnect\n", 64 * 1024, Key);
    private byte[] _messages = [];
    private byte[] _directs = [];
    private byte[] _encrypted = [];

    /// <summary>Prepares the input.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _messages = Repeat(Frame(FrameType.MessageIn, new byte[64]));
        _directs = Repeat(Frame(FrameType.DirectIn, [3, .. "bob"u8, .. new byte[64]]));
        var sink = new CountingSink { Keeps = true };
        using System.Security.Cryptography.RSA key = RsaPublicKey.Import(System.Text.Encoding.ASCII.GetBytes(Key.PublicKeyPem))!;
        ClassicFrame.WriteEncrypted(
            sink, key.Encrypt(new byte[64].Select(_ => (byte)'x').ToArray(), System.Security.Cryptography.RSAEncryptionPadding.OaepSHA256));
        _encrypted = sink.Last;
    }

    /// <summary>Sixteen MESSAGE frames of 64 bytes.</summary>
    [Benchmark(OperationsPerInvoke = Frames)]
    public int CompactMessage() => ParseAll(_messages);

    /// <summary>Sixteen DIRECT frames of 64 bytes.</summary>
    [Benchmark(OperationsPerInvoke = Frames)]
    public int CompactDirect() => ParseAll(_directs);

    /// <summary>One encrypted frame, including decryption.</summary>
    [Benchmark]
    public int ClassicMessage()
    {
        _ = _classic.TryReadMessage(_encrypted, out int consumed, out _);
        return consumed;
    }

    private int ParseAll(ReadOnlyMemory<byte> bytes)
    {
        int count = 0;
        while (_compact.TryReadMessage(bytes, out int consumed, out _) == ReadStatus.Complete)
        {
            bytes = bytes[consumed..];
            count++;
        }

        return count == Frames ? count : throw new InvalidOperationException("The frames can't be parsed.");
    }

    private static byte[] Frame(FrameType type, byte[] payload)
    {
        byte[] frame = new byte[CompactFrame.HeaderSize + payload.Length];
        CompactFrame.WriteHeader(frame, type, payload.Length);
        payload.CopyTo(frame, CompactFrame.HeaderSize);
        return frame;
    }

    private static byte[] Repeat(byte[] frame) => [.. Enumerable.Repeat(frame, Frames).SelectMany(bytes => bytes)];
}
