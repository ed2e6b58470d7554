using System.Text;
using System.Text.RegularExpressions;
using ServerLib.Protocol;
using ServerLib.Tests.Protocol;

namespace ServerLib.Tests.Docs;

/// <summary>Checks the test vectors in docs/protocol.md against the implementation.</summary>
[TestClass]
public sealed partial class ProtocolPageTests
{
    private static readonly ServerOptions Options = new() { ServerGreeting = "Hi." };

    private static readonly Dictionary<string, byte[]> Vectors = Read();

    [TestMethod]
    public void The_server_writes_the_compact_vectors()
    {
        using OutgoingMessage toRoom = OutgoingMessage.ToRoom("alice", new Message("hi"));
        using OutgoingMessage toUser = OutgoingMessage.ToUser("alice", new Message("hi"));
        using OutgoingMessage toGroup = OutgoingMessage.ToGroup("chess", "alice", new Message("hi"));
        using OutgoingMessage joined = OutgoingMessage.Presence("alice", joined: true);
        using OutgoingMessage left = OutgoingMessage.Presence("alice", joined: false, "chess");

        Check("result ok", Written((protocol, sink) => protocol.WriteLoginResult(sink, LoginResult.Ok("alice"))));
        Check("welcome of alice", Written((protocol, sink) => protocol.WriteWelcome(sink, "alice", Options.ServerGreeting, session: 7)));
        Check("message hi from alice", toRoom.CompactFrame.ToArray());
        Check("direct hi from alice", toUser.CompactFrame.ToArray());
        Check("group hi from alice to chess", toGroup.CompactFrame.ToArray());
        Check("presence alice joined", joined.CompactFrame.ToArray());
        Check("presence alice left chess", left.CompactFrame.ToArray());
        Check(
            "result refused",
            Written((protocol, sink) => protocol.WriteLoginResult(
                sink, new LoginResult(LoginCode.Refused) { Text = PasswordRules.Load(new ServerOptions()).FindProblem("short") })));
        Check(
            "output of kick",
            Written((_, sink) => CompactFrameWriter.WriteFrame(
                sink, FrameType.Output, BoundedPayload.Output(new CommandOutput(3, "bob is not on-line"), 4_096))));
        Check("close kicked", Written((protocol, sink) => protocol.WriteClose(sink, DisconnectReason.Kicked)));
        Check("request 7 ping", Written((_, sink) => CompactFrameWriter.WriteNumbered(sink, FrameType.Request, 7, "ping"u8, null)));
        Check("response 7 pong", Written((_, sink) => CompactFrameWriter.WriteNumbered(sink, FrameType.Response, 7, "pong"u8, 0)));
        Check("pong 1 2 3", Written((protocol, sink) =>
        {
            Assert.AreEqual(ReadStatus.Reply, protocol.TryReadMessage(Vectors["ping 1 2 3"], out _, out _));
            protocol.WriteReply(sink);
        }));
    }

    [TestMethod]
    public void The_server_reads_the_compact_vectors()
    {
        var protocol = new CompactProtocol(Options.Limits.MaxFrameSize, Options.Login.RegistrationName, ServerKey.Ephemeral);
        Assert.AreEqual(ReadStatus.Complete, CompactProtocol.TryReadPreface(Vectors["preface"], out int consumed));
        Assert.AreEqual(Vectors["preface"].Length, consumed);
        Assert.AreEqual(ReadStatus.Complete, protocol.TryReadCredentials(Vectors["login of alice"], out _, out var credentials));
        Assert.AreEqual(new LoginRequest("alice", "secret"), credentials);
        Assert.AreEqual(
            ReadStatus.Complete, protocol.TryReadCredentials(Vectors["login of alice with an invitation"], out _, out credentials));
        Assert.AreEqual(new LoginRequest("alice", "correct horse", "000000015f0c1d2e3b4a59687786950413223140"), credentials);

        Reads("message hi", MessageKind.Room, null, "hi");
        Reads("direct hi to bob", MessageKind.Direct, "bob", "hi");
        Reads("group hi to chess", MessageKind.Group, "chess", "hi");
        Reads("request 7 ping", MessageKind.Request, null, "ping", id: 7);
        Reads("response 7 pong", MessageKind.Response, null, "pong", id: 7);
        Reads("join chess", MessageKind.Join, "chess", "");
        Reads("leave chess", MessageKind.Leave, "chess", "");
        Reads("password changed", MessageKind.Password, null, """{"current":"correct horse","new":"battery staple"}""");
        Reads("command users", MessageKind.Command, null, """{"line":"users"}""");

        void Reads(string vector, MessageKind kind, string? name, string text, uint id = 0)
        {
            Assert.AreEqual(ReadStatus.Complete, protocol.TryReadMessage(Vectors[vector], out int size, out Message message), vector);
            Assert.AreEqual(Vectors[vector].Length, size, vector);
            Assert.AreEqual((kind, name, text, id), (message.Kind, message.Name, message.Text, message.Id), vector);
        }
    }

    [TestMethod]
    public void The_bytes_that_a_client_signs_are_those_of_the_vectors()
    {
        byte[] nonce = [.. Enumerable.Range(0x00, 32).Select(i => (byte)i)];
        byte[] hash = [.. Enumerable.Range(0xa0, 32).Select(i => (byte)i)];

        Check("signed to log in as alice", KeyProof.Bytes(KeyProof.Login, nonce, "alice", []));
        Check("signed to log in as alice inside TLS", KeyProof.Bytes(KeyProof.Login, nonce, "alice", hash));
        Check("signed to prove a key as alice inside TLS", KeyProof.Bytes(KeyProof.Possession, nonce, "alice", hash));
    }

    [TestMethod]
    public void The_server_writes_and_reads_the_classic_vectors()
    {
        var frames = new Frames();
        var protocol = new ClassicProtocol(Options.DisconnectMessage, Options.Limits.MaxFrameSize, ServerKey.Ephemeral);
        protocol.WriteLoginResult(frames, LoginResult.Ok("alice"));
        protocol.WriteLoginResult(frames, new LoginResult(LoginCode.Failure));
        protocol.WriteWelcome(frames, "alice", Options.ServerGreeting, session: 7);

        CollectionAssert.AreEqual(Vectors["OK"], frames.All[0]);
        CollectionAssert.AreEqual(Vectors["FAILURE"], frames.All[1]);
        CollectionAssert.AreEqual(Vectors["classic welcome of alice"], frames.All[2]);
        Assert.AreEqual(ReadStatus.Complete, ClassicFrame.TryReadPlain(Vectors["name alice"], 4096, out _, out ReadOnlySpan<byte> name));
        Assert.AreEqual("alice", Encoding.UTF8.GetString(name));
    }

    private static void Check(string vector, byte[] written) =>
        Assert.AreEqual(Convert.ToHexString(Vectors[vector]), Convert.ToHexString(written), vector);

    private static byte[] Written(Action<CompactProtocol, IFrameSink> write)
    {
        var frames = new Frames();
        write(new CompactProtocol(Options.Limits.MaxFrameSize, Options.Login.RegistrationName, ServerKey.Ephemeral), frames);
        return frames.All.Single();
    }

    private static Dictionary<string, byte[]> Read()
    {
        string document = File.ReadAllText(Repository.File("docs", "protocol.md"));
        var vectors = new Dictionary<string, byte[]>();
        foreach (Match row in Row().Matches(document))
        {
            byte[] bytes = Convert.FromHexString(row.Groups[2].Value.Replace(" ", ""));
            if (!vectors.TryAdd(row.Groups[1].Value, bytes))
                vectors.Add("classic " + row.Groups[1].Value, bytes);
        }

        return vectors;
    }

    [GeneratedRegex(@"^\| ([^|]+?) \|(?: [CS, ]+ \|)? `([0-9a-f ]+)` \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
