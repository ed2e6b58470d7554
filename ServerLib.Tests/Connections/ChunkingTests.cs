using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using ServerLib.Connections;
using ServerLib.Protocol;
using ServerLib.Tests.Cli;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;
using ServerLib.Tests.Protocol;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Connections;

/// <summary>Whatever bytes come, and however they are cut up: the same is read and answered, and there is a reason for the end.</summary>
[TestClass]
public sealed class ChunkingTests
{
    private static readonly ServerOptions Limits = new() { Limits = { MaxFrameSize = 4 * 1024 } };
    private static readonly byte[] ClassicLogin = [.. ClassicWire.Plain("alice"), .. ClassicWire.Plain("secret")];
    private static readonly byte[] CompactLogin = [.. "SLIB/2\r\n"u8, .. RawFrame.Login("alice", "secret").ToBytes()];
    private static readonly Lazy<byte[][]> ClassicFrames = new(MakeClassicFrames);
    private static readonly Lazy<byte[]> ClassicKey = new(MakeClassicKey);

    [TestMethod]
    public void Compact_frames_mean_the_same_in_any_chunking() =>
        Gen.Select(CompactStreams, Cuts).Sample((stream, cuts) => Check([.. CompactLogin, .. stream], CompactLogin.Length, cuts), iter: 3_000);

    [TestMethod]
    public void Any_bytes_after_a_compact_login_end_with_a_reason() =>
        Gen.Select(Gen.Byte.Array[0, 200], Cuts).Sample((stream, cuts) => Check([.. CompactLogin, .. stream], CompactLogin.Length, cuts), iter: 2_000);

    [TestMethod]
    public void A_compact_login_means_the_same_in_any_chunking() =>
        Gen.Select(Mutated(Gen.Const(CompactLogin)), Cuts).Sample((stream, cuts) => Check([.. stream, .. RawFrame.Message("hi").ToBytes()], 0, cuts), iter: 2_000);

    [TestMethod]
    public void Classic_frames_mean_the_same_in_any_chunking() =>
        Gen.Select(Mutated(Concatenated(OneOf(ClassicFrames.Value), 0, 4)), Cuts)
            .Sample((stream, cuts) => Check([.. ClassicLogin, .. ClassicKey.Value, .. stream], ClassicLogin.Length, cuts), iter: 400);

    [TestMethod]
    public void A_classic_login_means_the_same_in_any_chunking() =>
        Gen.Select(Mutated(Gen.Const((byte[])[.. ClassicLogin, .. ClassicKey.Value])), Cuts)
            .Sample((stream, cuts) => Check([.. stream, .. ClassicFrames.Value[0]], 0, cuts), iter: 1_000);

    [TestMethod]
    public void Any_first_bytes_end_with_a_reason() =>
        Gen.Select(Gen.Byte.Array[0, 100], Cuts).Sample((stream, cuts) => Check(stream, 0, cuts), iter: 2_000);

    private static readonly Gen<byte[]> Names =
        Gen.OneOf(OneOf("bob", "zoë", "", "room", new string('x', 255)).Select(Encoding.UTF8.GetBytes), Gen.Byte.Array[0, 6]);

    private static readonly Gen<byte[]> Bodies = Gen.OneOf(Gen.Byte.Array[0, 40], Gen.Int[4_000, 4_095].Select(size => new byte[size]));

    private static readonly Gen<byte[]> NamedPayloads =
        Gen.Select(Names, Bodies, (name, body) => (byte[])[(byte)name.Length, .. name, .. body]);

    private static readonly Gen<byte[]> JsonPayloads = OneOf(
        "{}", "null", "[]", "{", "{\"group\":\"chess\"}", "{\"group\":7}", "{\"alias\":\"bob\"}", "{\"alias\":\"\\ud800\"}", "{\"group\":\"\\u0000\"}",
        "{\"publicKey\":\"junk\"}", "{\"group\":{\"group\":{}}}").Select(Encoding.UTF8.GetBytes);

    private static readonly FrameType[] ClientFrames =
    [
        FrameType.MessageIn, FrameType.DirectIn, FrameType.Request, FrameType.Response, FrameType.GroupIn, FrameType.Users, FrameType.Join,
        FrameType.Leave, FrameType.Key, FrameType.KeyQuery, FrameType.Ping, FrameType.Pong, FrameType.Error,
    ];

    /// <summary>
    /// Frames of every type there is and of some that there are not, most of them well-formed, with now and then a byte changed.
    /// </summary>
    private static readonly Gen<byte[]> CompactStreams = Mutated(Concatenated(
        Gen.Select(
            Gen.OneOf(OneOf(ClientFrames), Gen.Byte.Select(type => (FrameType)type)),
            Gen.OneOf(Bodies, NamedPayloads, JsonPayloads, Gen.Byte.Array[0, 9]),
            (type, payload) => new RawFrame(type, payload).ToBytes()),
        0, 8));

    private static readonly Gen<int[]> Cuts = Gen.OneOf(Gen.Int[1, 3].Array[1], Gen.Int[1, 90].Array[1, 5], Gen.Int[1, 5_000].Array[1, 5]);

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<byte[]> Concatenated(Gen<byte[]> frames, int min, int max) =>
        frames.Array[min, max].Select(all => all.SelectMany(frame => frame).ToArray());

    private static Gen<byte[]> Mutated(Gen<byte[]> streams) => Gen.OneOf(
        streams,
        Gen.Select(streams, Gen.Int[0, int.MaxValue], Gen.Byte, (bytes, at, value) =>
        {
            byte[] changed = [.. bytes];
            if (changed.Length > 0)
                changed[at % changed.Length] = value;
            return changed;
        }),
        Gen.Select(streams, Gen.Int[0, int.MaxValue], (bytes, at) => bytes[..(at % (bytes.Length + 1))]));

    /// <summary>What comes up to <paramref name="whole"/> is not cut up: that is another test's affair.</summary>
    private static void Check(byte[] stream, int whole, int[] cuts)
    {
        string expected = Transcript([stream]);
        Assert.AreEqual(expected, Transcript(Cut(stream, whole, cuts)));
        Assert.IsFalse(expected.EndsWith($"{DisconnectReason.None}", StringComparison.Ordinal));
    }

    private static ReadOnlyMemory<byte>[] Cut(byte[] stream, int whole, int[] sizes)
    {
        var chunks = new List<ReadOnlyMemory<byte>>();
        if (whole > 0)
            chunks.Add(stream.AsMemory(0, whole));
        for (int start = whole, i = 0; start < stream.Length; i++)
        {
            int size = Math.Min(sizes[i % sizes.Length], stream.Length - start);
            chunks.Add(stream.AsMemory(start, size));
            start += size;
        }

        return [.. chunks];
    }

    /// <summary>All that a connection reads and answers, and why it ended.</summary>
    private static string Transcript(ReadOnlyMemory<byte>[] chunks)
    {
        var transport = new ScriptedTransport();
        transport.Feed(chunks);
        transport.Complete();
        var connection = new Connection(transport, new ConnectionSettings(Limits, ServerKey.Ephemeral, certificate: null, time: null));
        var transcript = new StringBuilder();
        Task reading = ReadAsync(connection, transcript);

        // Nothing is waited for in memory, but a connection that reads much lets others have their turn.
        reading.GetAwaiter().GetResult();
        foreach (RawFrame frame in connection.IsClassic ? [] : RawFrame.Split(transport.AllWritten).Where(frame => frame.Type is not (FrameType.Hello or FrameType.Welcome)))
            transcript.Append(frame.Type).Append(' ').AppendLine(Convert.ToHexString(frame.Payload));
        if (connection.IsClassic)
            transcript.AppendLine(Convert.ToHexString(transport.AllWritten));
        return transcript.Append(connection.Reason).ToString();
    }

    private static async Task ReadAsync(Connection connection, StringBuilder transcript)
    {
        if (await connection.Login.ReadCredentialsAsync(default) is not { } credentials)
            return;
        transcript.AppendLine(credentials.Username).AppendLine(credentials.Password);
        connection.Writer.SendLoginResult(LoginResult.Ok("alice"));
        connection.UpdateAlias("alice");
        connection.Writer.SendWelcome();
        if (connection.IsClassic)
        {
            if (await connection.Login.ReadKeyAsync(default) is not { } key)
                return;
            connection.Writer.SendServerKey(key);
        }

        while (await connection.ReceiveAsync() is { } message)
            transcript.AppendLine(CultureInfo.InvariantCulture, $"{message.Kind} {message.Name} {message.Id} {message.IsClassicLine} {Convert.ToHexString(message.Body.Span)}");
    }

    private static byte[][] MakeClassicFrames()
    {
        using var serverKey = RSA.Create();
        serverKey.ImportFromPem(ServerKey.Ephemeral.PublicKeyPem);
        return
        [
            ClassicWire.Encrypted(serverKey, "hi\n"), ClassicWire.Encrypted(serverKey, "zoë\r\n"), ClassicWire.Encrypted(serverKey, new string('x', 190)),
            ClassicWire.Encrypted(serverKey, "disconnect\n"), ClassicWire.Encrypted(serverKey, [0xFF]), ClassicWire.Sealed(""),
            ClassicWire.Sealed("%%%%"), ClassicWire.EncryptedHeader("4097"), ClassicWire.EncryptedHeader("99999999999999999999"),
        ];
    }

    private static byte[] MakeClassicKey()
    {
        using RSA key = ClientKeys.Next();
        return ClassicWire.Plain(key.ExportSubjectPublicKeyInfoPem());
    }
}
