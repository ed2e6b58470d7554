using System.Text;
using System.Text.Json.Nodes;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class CompactProtocolTests
{
    private readonly CompactProtocol _protocol = new(maxFrameSize: 8192, "open", ServerKey.Ephemeral);
    private readonly Frames _frames = new();

    [TestMethod]
    [DataRow("", nameof(ReadStatus.NeedMore))]
    [DataRow("SLIB/", nameof(ReadStatus.NeedMore))]
    [DataRow("SLIB/2\r\n", nameof(ReadStatus.Complete))]
    [DataRow("SLIB/2\r\nmore", nameof(ReadStatus.Complete))]
    [DataRow("SLIB/1\r\n", nameof(ReadStatus.UnknownVersion))]
    [DataRow("SLIB/2\n", nameof(ReadStatus.UnknownVersion))]
    [DataRow("SX", nameof(ReadStatus.UnknownVersion))]
    public void TryReadPreface_decides_as_soon_as_the_version_is_known(string bytes, string expected)
    {
        Assert.AreEqual(expected, CompactProtocol.TryReadPreface(Encoding.ASCII.GetBytes(bytes), out int consumed).ToString());
        Assert.AreEqual(8, consumed);
    }

    [TestMethod]
    [DataRow((byte)FrameType.Users)]
    [DataRow((byte)FrameType.Join)]
    [DataRow((byte)FrameType.Leave)]
    public void A_group_name_has_at_most_255_bytes(byte type)
    {
        string name = new string('ä', 127) + "x";
        Assert.AreEqual(ReadStatus.Complete, Read(name, out Message message));
        Assert.AreEqual(name, message.Name);

        Assert.AreEqual(ReadStatus.Reply, Read(name + "x", out _));
        _protocol.WriteReply(_frames);
        RawFrame error = RawFrame.Split(_frames.All.Single()).Single();
        Assert.AreEqual($"Error bad-name 0x{type:X2}", $"{error.Type} {error.Json["code"]} {error.Json["about"]}");

        ReadStatus Read(string group, out Message read) => _protocol.TryReadMessage(RawFrame.Control((FrameType)type, new { group }).ToBytes(), out _, out read);
    }

    [TestMethod]
    public void A_frame_before_the_login_has_at_most_4_KiB()
    {
        Assert.AreEqual(ReadStatus.NeedMore, _protocol.TryReadCredentials([0, 0, 0x10, 0, 2], out _, out _));
        Assert.AreEqual(ReadStatus.TooLarge, _protocol.TryReadCredentials([0, 0, 0x10, 1, 2], out _, out _));
    }

    [TestMethod]
    [DataRow((byte)FrameType.Key)]
    [DataRow((byte)FrameType.KeyQuery)]
    [DataRow((byte)FrameType.Password)]
    [DataRow((byte)FrameType.Command)]
    [DataRow((byte)FrameType.MessageIn)]
    [DataRow((byte)FrameType.DirectIn)]
    [DataRow((byte)FrameType.Request)]
    [DataRow((byte)FrameType.Response)]
    [DataRow((byte)FrameType.GroupIn)]
    [DataRow((byte)FrameType.Users)]
    [DataRow((byte)FrameType.Join)]
    [DataRow((byte)FrameType.Leave)]
    [DataRow((byte)FrameType.Call)]
    [DataRow((byte)FrameType.Event)]
    [DataRow((byte)FrameType.Cancel)]
    public void A_frame_that_needs_a_login_is_out_of_turn_before_it(byte type) =>
        Assert.AreEqual(ReadStatus.OutOfTurn, _protocol.TryReadCredentials(new RawFrame((FrameType)type, []).ToBytes(), out _, out _));

    [TestMethod]
    public void A_second_login_is_out_of_turn() => Assert.AreEqual(ReadStatus.OutOfTurn, Read(RawFrame.Login("bob", "x"), out _));

    [TestMethod]
    public void KEY_is_refused_unless_it_is_offered()
    {
        byte[] login = RawFrame.Control(FrameType.Login, new { mechanism = "KEY", username = "bob", publicKey = "x" }).ToBytes();

        Assert.AreEqual(ReadStatus.Reply, _protocol.TryReadCredentials(login, out int consumed, out _));
        Assert.AreEqual(login.Length, consumed);
        Assert.AreEqual("refused", (string?)Replied().Json["code"]);
    }

    [TestMethod]
    public void Each_kind_of_message_is_read()
    {
        Check(RawFrame.Message("hi"), MessageKind.Room, null, "hi");
        Check(RawFrame.Message(""), MessageKind.Room, null, "");
        Check(RawFrame.Named(FrameType.DirectIn, "bob", "hi"u8.ToArray()), MessageKind.Direct, "bob", "hi");
        Check(RawFrame.Named(FrameType.GroupIn, "", []), MessageKind.Group, "", "");
        Check(RawFrame.Named(FrameType.GroupIn, new string('x', 255), "hi"u8.ToArray()), MessageKind.Group, new string('x', 255), "hi");
        Check(RawFrame.Request(uint.MaxValue, "hi"u8.ToArray()), MessageKind.Request, null, "hi", uint.MaxValue);
        Check(new RawFrame(FrameType.Response, [0, 0, 0, 7, 9, (byte)'x']), MessageKind.Response, null, "x", 7, 9);
        Check(RawFrame.Control(FrameType.Join, new { group = "chess", unknown = 1 }), MessageKind.Join, "chess", "");
        Check(RawFrame.Control(FrameType.Leave, new { group = "chess" }), MessageKind.Leave, "chess", "");
        Check(RawFrame.Control(FrameType.Users, new { }), MessageKind.Users, null, "");
        Check(RawFrame.Control(FrameType.KeyQuery, new { alias = "bob" }), MessageKind.KeyQuery, "bob", "");
        Check(RawFrame.Control(FrameType.Key, new { }), MessageKind.Key, null, "{}");
    }

    [TestMethod]
    public void A_repeated_name_is_one_string()
    {
        Read(RawFrame.Named(FrameType.DirectIn, "bob", []), out Message first);
        Read(RawFrame.Named(FrameType.DirectIn, "bob", []), out Message second);
        Read(RawFrame.Named(FrameType.DirectIn, "eve", []), out Message third);

        Assert.AreSame(first.Name, second.Name);
        Assert.AreEqual("eve", third.Name);
    }

    [TestMethod]
    public void PING_PONG_and_CLOSE_are_read_at_any_time()
    {
        Assert.AreEqual(ReadStatus.Reply, Read(new RawFrame(FrameType.Ping, new byte[8]), out _));
        Assert.AreEqual(FrameType.Pong, Replied().Type);
        Assert.AreEqual(ReadStatus.Reply, Read(new RawFrame(FrameType.Pong, new byte[8]), out _));
        _protocol.WriteReply(_frames);
        Assert.HasCount(1, _frames.All, "A PONG has no answer.");
        Assert.AreEqual(ReadStatus.Malformed, Read(new RawFrame(FrameType.Pong, new byte[9]), out _));
        Assert.AreEqual(ReadStatus.Left, Read(new RawFrame(FrameType.Close, []), out _));
    }

    [TestMethod]
    public void Nothing_is_sent_before_the_welcome()
    {
        using OutgoingMessage message = OutgoingMessage.ToRoom("bob", new Message("hi"));
        Assert.AreEqual(SendOutcome.Dropped, _protocol.WriteMessage(_frames, message));
        Assert.AreEqual(SendOutcome.Dropped, _protocol.WriteMessage(_frames, "bob", new Message("hi")));
        Assert.IsEmpty(_frames.All);

        _protocol.WriteWelcome(_frames, "alice", "hello", 1);
        Assert.AreEqual(SendOutcome.Sent, _protocol.WriteMessage(_frames, message));
        Assert.AreEqual(SendOutcome.Sent, _protocol.WriteMessage(_frames, "bob", new Message("hi")));
        CollectionAssert.AreEqual(_frames.All[1], _frames.All[2]);
    }

    [TestMethod]
    public void Each_HELLO_has_its_own_nonce()
    {
        _protocol.WriteHello(_frames);
        new CompactProtocol(new ServerOptions().Limits.MaxFrameSize, new ServerOptions().Login.RegistrationName, ServerKey.Ephemeral).WriteHello(_frames);
        string[] nonces = [.. _frames.All.Select(frame => (string)RawFrame.Split(frame)[0].Json["nonce"]!)];

        Assert.AreNotEqual(nonces[0], nonces[1]);
        Assert.HasCount(32, Convert.FromBase64String(nonces[0]));
        Assert.AreEqual(8192, (int?)RawFrame.Split(_frames.All[0])[0].Json["maxFrame"]);
    }

    [TestMethod]
    public void HELLO_says_what_the_server_offers()
    {
        var withKeys = new CompactProtocol(8192, "closed", ServerKey.Ephemeral, offersKeys: true);
        withKeys.WriteHello(_frames);
        _protocol.WriteHello(_frames);
        JsonNode first = RawFrame.Split(_frames.All[0])[0].Json, second = RawFrame.Split(_frames.All[1])[0].Json;

        Assert.AreEqual(
            """SLIB/2 ServerLib closed ["PLAIN","KEY"]""",
            $"{first["protocol"]} {first["server"]} {first["registration"]} {first["mechanisms"]!.ToJsonString()}");
        Assert.AreEqual("""["PLAIN"]""", second["mechanisms"]!.ToJsonString());
    }

    [TestMethod]
    [DataRow(false, "Only PLAIN with username and password is offered.")]
    [DataRow(true, "PLAIN with username and password, or KEY with username, publicKey and signature, is offered.")]
    public void An_unknown_mechanism_is_refused_with_those_that_are_offered(bool offersKeys, string expected)
    {
        var protocol = new CompactProtocol(8192, "open", ServerKey.Ephemeral, offersKeys);
        byte[] login = RawFrame.Control(FrameType.Login, new { mechanism = "X", username = "bob" }).ToBytes();

        Assert.AreEqual(ReadStatus.Reply, protocol.TryReadCredentials(login, out _, out _));
        protocol.WriteReply(_frames);
        Assert.AreEqual(expected, (string?)RawFrame.Split(_frames.All.Single()).Single().Json["text"]);
    }

    [TestMethod]
    public void A_ping_before_the_login_is_answered()
    {
        Assert.AreEqual(ReadStatus.Reply, _protocol.TryReadCredentials(new RawFrame(FrameType.Ping, [1]).ToBytes(), out _, out _));
        Assert.AreEqual(FrameType.Pong, Replied().Type);
    }

    [TestMethod]
    public void A_failed_login_is_answered_for_its_mechanism()
    {
        var protocol = new CompactProtocol(8192, "open", ServerKey.Ephemeral, offersKeys: true);
        RawFrame byKey = RawFrame.Control(FrameType.Login, new { mechanism = "KEY", username = "bob", publicKey = "x", signature = "y" });
        Assert.AreEqual(ReadStatus.Complete, protocol.TryReadCredentials(byKey.ToBytes(), out _, out LoginRequest request));
        Assert.IsNotNull(request.Key);
        Assert.AreEqual("", request.Password);
        protocol.WriteLoginResult(_frames, new LoginResult(LoginCode.Failure));
        protocol.WriteLoginResult(_frames, new LoginResult(LoginCode.Busy, RetryAfter: TimeSpan.FromSeconds(2)));
        protocol.WriteLoginResult(_frames, new LoginResult(LoginCode.Failure) { Text = "Because." });
        protocol.TryReadCredentials(RawFrame.Login("bob", "x").ToBytes(), out _, out _);
        protocol.WriteLoginResult(_frames, new LoginResult(LoginCode.Failure));

        CollectionAssert.AreEqual(
            new[]
            {
                """{"code":"failure","text":"The name or the key is wrong."}""",
                """{"code":"busy","text":"The server is busy; try again.","retryAfterMs":2000}""",
                """{"code":"failure","text":"Because."}""",
                """{"code":"failure","text":"The name or the password is wrong."}""",
            },
            _frames.All.Select(frame => Encoding.UTF8.GetString(frame, 5, frame.Length - 5)).ToArray());
    }

    [TestMethod]
    public void WELCOME_KEY_and_CLOSE_have_their_payloads()
    {
        _protocol.WriteWelcome(_frames, "bob", "Hello", 7);
        _protocol.WriteServerKey(_frames);
        _protocol.WriteClose(_frames, DisconnectReason.ServerFull);
        _protocol.WriteClose(_frames, DisconnectReason.Kicked, "Out.");
        RawFrame[] frames = [.. _frames.All.Select(frame => RawFrame.Split(frame).Single())];

        CollectionAssert.AreEqual(
            new[] { FrameType.Welcome, FrameType.Key, FrameType.Close, FrameType.Close }, frames.Select(frame => frame.Type).ToArray());
        Assert.AreEqual("""{"alias":"bob","greeting":"Hello","session":"7"}""", frames[0].Json.ToJsonString());
        Assert.AreEqual(ServerKey.Ephemeral.PublicKeyPem, (string?)frames[1].Json["publicKey"]);
        Assert.AreEqual("""{"code":"full","text":"The server is full.","retryAfterMs":5000}""", frames[2].Json.ToJsonString());
        Assert.AreEqual("""{"code":"kicked","text":"Out."}""", frames[3].Json.ToJsonString());
    }

    [TestMethod]
    public void A_frame_of_an_unknown_type_is_answered_with_an_error()
    {
        Assert.AreEqual(ReadStatus.Reply, Read(new RawFrame((FrameType)0x77, []), out _));

        Assert.AreEqual("""{"code":"unknown-type","text":"Frames of this type are not known here.","about":"0x77"}""", Replied().Json.ToJsonString());
    }

    [TestMethod]
    public void A_malformed_payload_is_refused()
    {
        foreach (FrameType type in new[] { FrameType.Join, FrameType.Leave, FrameType.Users, FrameType.KeyQuery, FrameType.DirectIn, FrameType.GroupIn })
            Assert.AreEqual(ReadStatus.Malformed, Read(new RawFrame(type, "["u8.ToArray()), out _), $"{type}");
        Assert.AreEqual(ReadStatus.Malformed, Read(new RawFrame(FrameType.DirectIn, [1, 0xFF]), out _), "not UTF-8");
        Assert.AreEqual(ReadStatus.Malformed, Read(new RawFrame(FrameType.Request, [0, 0, 0]), out _));
        Assert.AreEqual(ReadStatus.Malformed, Read(new RawFrame(FrameType.Response, [0, 0, 0, 1]), out _));
        Assert.AreEqual(ReadStatus.Complete, Read(new RawFrame(FrameType.Request, [0, 0, 0, 1]), out _));
    }

    [TestMethod]
    public void A_query_for_saved_keys_is_a_kind_of_its_own() =>
        Check(RawFrame.Control(FrameType.KeyQuery, new { saved = true }), MessageKind.SavedKeys, null, "");

    private ReadStatus Read(RawFrame frame, out Message message) => _protocol.TryReadMessage(frame.ToBytes(), out _, out message);

    private RawFrame Replied()
    {
        _protocol.WriteReply(_frames);
        return RawFrame.Split(_frames.All[^1]).Single();
    }

    private void Check(RawFrame frame, MessageKind kind, string? name, string body, uint id = 0, byte status = 0)
    {
        Assert.AreEqual(ReadStatus.Complete, Read(frame, out Message message));
        Assert.AreEqual((kind, name, body, id, status), (message.Kind, message.Name, message.Text, message.Id, message.Status));
        Assert.IsFalse(message.IsClassicLine);
    }
}
