using ServerLib.Files;
using ServerLib.Protocol;

namespace ServerLib.Tests.Fuzzing;

/// <summary>
/// The protocol readers alone: each step consumes something, none requests more than its limit, and each returns a status that is
/// allowed for it.
/// </summary>
[TestClass]
public sealed class ReaderFuzzTests
{
    private const int LoginLimit = 4 * 1024;
    private const int MessageLimit = 8 * 1024;
    private static readonly ServerOptions Limits = new() { Limits = { MaxFrameSize = MessageLimit } };
    private static readonly Lazy<ServerKey> Key = new(
        () => ServerKeyFile.LoadOrCreate(Repository.File("ServerLib.Tests", "Fuzzing", "Seeds", "server-key", "server.pem")));

    private delegate ReadStatus Read(IWireProtocol protocol, ReadOnlyMemory<byte> buffer, out int consumed);

    [TestMethod]
    public void Mutated_compact_frames_are_read_within_their_limits() => Fuzzer.Run(Corpus.Of("compact"), Shape.Compact, 3_000, static input =>
    {
        var protocol = new CompactProtocol(Limits.Limits.MaxFrameSize, Limits.Login.RegistrationName, Key.Value);
        int at = Walk(protocol, input, 0, 8, isOnce: true, TryReadPreface);
        at = Walk(protocol, input, at, 4 + LoginLimit, isOnce: true, TryReadCredentials);
        Walk(protocol, input, at, 4 + MessageLimit, isOnce: false, TryReadMessage);
    });

    [TestMethod]
    public void Mutated_classic_frames_are_read_within_their_limits() => Fuzzer.Run(Corpus.Of("classic"), Shape.Classic, 1_500, static input =>
    {
        var protocol = new ClassicProtocol(Limits.DisconnectMessage, Limits.Limits.MaxFrameSize, Key.Value);
        int at = Walk(protocol, input, 0, 2 * (64 + LoginLimit), isOnce: true, TryReadCredentials);
        at = Walk(protocol, input, at, 64 + LoginLimit, isOnce: true, TryReadKey);
        Walk(protocol, input, at, 64 + MessageLimit, isOnce: false, TryReadMessage);
    });

    /// <summary>Frames from before login, read as frames after login, and the other way round.</summary>
    [TestMethod]
    public void Frames_out_of_order_are_read_within_their_limits() => Fuzzer.Run(Corpus.Of("compact"), Shape.Compact, 1_500, static input =>
    {
        var compact = new CompactProtocol(Limits.Limits.MaxFrameSize, Limits.Login.RegistrationName, Key.Value, offersKeys: true);
        Walk(compact, input, 0, 4 + MessageLimit, isOnce: false, TryReadMessage);
        Walk(compact, input, Math.Min(8, input.Bytes.Length), 4 + LoginLimit, isOnce: false, TryReadCredentials);
        var classic = new ClassicProtocol(Limits.DisconnectMessage, Limits.Limits.MaxFrameSize, Key.Value);
        Walk(classic, input, 0, 64 + MessageLimit, isOnce: false, TryReadMessage);
    });

    /// <returns>The number of bytes that were consumed.</returns>
    private static int Walk(IWireProtocol protocol, FuzzInput input, int start, int limit, bool isOnce, Read read)
    {
        int end = start;
        while (true)
        {
            ReadStatus status = read(protocol, input.Bytes.AsMemory(start..end), out int consumed);
            switch (status)
            {
                case ReadStatus.NeedMore:
                    Assert.IsLessThan(limit, end - start, "It waits for more than it may hold.");
                    if (end == input.Bytes.Length)
                        return start;
                    end += Math.Min(Math.Min(input.Cuts[end % input.Cuts.Length], limit), input.Bytes.Length - end);
                    break;
                case ReadStatus.Complete or ReadStatus.Reply:
                    Assert.IsTrue(consumed <= end - start && (consumed > 0 || end == start), $"{consumed} of {end - start} bytes are read.");
                    start += consumed;
                    if (status == ReadStatus.Complete && isOnce)
                        return start;
                    break;
                case ReadStatus.Left or ReadStatus.Malformed or ReadStatus.TooLarge or ReadStatus.OutOfTurn or ReadStatus.UnknownVersion or ReadStatus.BadKey:
                    return start;
                default:
                    throw new AssertFailedException($"{status} is no answer.");
            }
        }
    }

    private static ReadStatus TryReadPreface(IWireProtocol _, ReadOnlyMemory<byte> buffer, out int consumed) =>
        CompactProtocol.TryReadPreface(buffer.Span, out consumed);

    private static ReadStatus TryReadCredentials(IWireProtocol protocol, ReadOnlyMemory<byte> buffer, out int consumed)
    {
        ReadStatus status = protocol.TryReadCredentials(buffer.Span, out consumed, out LoginRequest credentials);
        if (status == ReadStatus.Complete)
        {
            Assert.IsNotNull(credentials.Password);
            _ = credentials.Key?.Prove();
            _ = UserName.IsValid(credentials.Username);
            _ = UserName.Key(credentials.Username);
        }

        return status;
    }

    private static ReadStatus TryReadKey(IWireProtocol _, ReadOnlyMemory<byte> buffer, out int consumed)
    {
        ReadStatus status = ClassicProtocol.TryReadKey(buffer.Span, out consumed, out System.Security.Cryptography.RSA? key);
        Assert.AreEqual(status == ReadStatus.Complete, key is not null);
        key?.Dispose();
        return status;
    }

    private static ReadStatus TryReadMessage(IWireProtocol protocol, ReadOnlyMemory<byte> buffer, out int consumed)
    {
        ReadStatus status = protocol.TryReadMessage(buffer, out consumed, out Message message);
        if (status == ReadStatus.Complete)
            Assert.IsLessThanOrEqualTo(MessageLimit, message.Body.Length);
        return status;
    }
}
