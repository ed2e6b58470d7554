using System.Globalization;
using System.Text;
using ServerLib.Connections;
using ServerLib.Files;
using ServerLib.Protocol;
using ServerLib.Tests.Cli;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Fuzzing;

/// <summary>
/// A complete connection in memory. However the input is split, the server reads the same, answers the same, takes no more steps than
/// there are bytes, and ends the connection with a reason that is the client's fault.
/// </summary>
[TestClass]
public sealed class ConnectionFuzzTests
{
    private static readonly DisconnectReason[] ClientsDoing =
    [
        DisconnectReason.ClientLeft, DisconnectReason.EndOfStream, DisconnectReason.UnknownProtocol, DisconnectReason.BadFrame,
        DisconnectReason.FrameTooLarge, DisconnectReason.OutOfTurn, DisconnectReason.BadKey,
    ];

    private static readonly ServerOptions Limits = new() { Limits = { MaxFrameSize = 4 * 1024 } };
    private static readonly Lazy<ServerKey> Key = new(
        () => ServerKeyFile.LoadOrCreate(Repository.File("ServerLib.Tests", "Fuzzing", "Seeds", "server-key", "server.pem")));

    [TestMethod]
    public void Compact_input_gives_the_same_result_in_any_segmentation() => Fuzzer.Run(Corpus.Of("compact"), Shape.Compact, 2_000, Check);

    [TestMethod]
    public void Classic_input_gives_the_same_result_in_any_segmentation() => Fuzzer.Run(Corpus.Of("classic"), Shape.Classic, 500, Check);

    [TestMethod]
    public void Input_of_unknown_protocols_gives_the_same_result_in_any_segmentation() =>
        Fuzzer.Run(Corpus.Of("first-bytes"), Shape.Bytes, 3_000, Check);

    private static void Check(FuzzInput input)
    {
        string expected = Transcript(input, [input.Bytes]);
        Assert.AreEqual(expected, Transcript(input, input.Pieces()));
    }

    private static string Transcript(FuzzInput input, ReadOnlyMemory<byte>[] pieces)
    {
        int steps = 0, most = input.Bytes.Length + 10;
        var transport = new ScriptedTransport { OnWrite = () => Assert.IsLessThan(most, ++steps, "It answers more often than there are bytes.") };
        transport.Feed(pieces);
        transport.Complete();
        var connection = new Connection(transport, new ConnectionSettings(Limits, Key.Value, certificate: null, time: null));
        var transcript = new StringBuilder();

        // All input is available, so the connection waits for nothing but a slot of the decryption limiter.
        Task reading = ReadAsync(connection, transcript, most);
        Assert.IsTrue(reading.IsCompleted || connection.IsClassic, "It waits, and there is nothing that could come.");
        Assert.IsTrue(reading.Wait(Timeout.Infinite, Guard.NewToken()));

        // A PROXY header in pieces is an unknown protocol. The difference is only what the log advises.
        DisconnectReason reason = connection.Reason == DisconnectReason.ProxyHeaderRefused ? DisconnectReason.UnknownProtocol : connection.Reason;
        CollectionAssert.Contains(ClientsDoing, reason);

        // HELLO contains a nonce that differs for each connection.
        foreach (RawFrame frame in connection.IsClassic ? [] : RawFrame.Split(transport.AllWritten).Where(frame => frame.Type != FrameType.Hello))
            transcript.Append(frame.Type).Append(' ').AppendLine(Convert.ToHexString(frame.Payload));
        if (connection.IsClassic)
            transcript.AppendLine(Convert.ToHexString(transport.AllWritten));
        return transcript.Append(reason).ToString();
    }

    private static async Task ReadAsync(Connection connection, StringBuilder transcript, int most)
    {
        if (await connection.Login.ReadCredentialsAsync(default) is not { } credentials)
            return;
        transcript.AppendLine(credentials.Username).AppendLine(credentials.Password);
        connection.Writer.SendLoginResult(LoginResult.Ok("alice"));
        if (connection.IsClassic)
        {
            if (await connection.Login.ReadKeyAsync(default) is not { } key)
                return;
            connection.Writer.SendServerKey(key);
        }

        for (int steps = 0; await connection.ReceiveAsync() is { } message; steps++)
        {
            Assert.IsLessThan(most, steps, "It reads more messages than there are bytes.");
            transcript.AppendLine(
                CultureInfo.InvariantCulture, $"{message.Kind} {message.Name} {message.Id} {message.IsClassicLine} {Convert.ToHexString(message.Body.Span)}");
        }
    }
}
