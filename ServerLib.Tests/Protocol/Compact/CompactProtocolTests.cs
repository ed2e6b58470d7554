using System.Text;
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
        Assert.IsEmpty(_frames.All[^1]);
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
    public void Each_HELLO_has_a_nonce_of_its_own()
    {
        _protocol.WriteHello(_frames);
        new CompactProtocol(new ServerOptions().Limits.MaxFrameSize, new ServerOptions().Login.RegistrationName, ServerKey.Ephemeral).WriteHello(_frames);
        string[] nonces = [.. _frames.All.Select(frame => (string)RawFrame.Split(frame)[0].Json["nonce"]!)];

        Assert.AreNotEqual(nonces[0], nonces[1]);
        Assert.HasCount(32, Convert.FromBase64String(nonces[0]));
        Assert.AreEqual(8192, (int?)RawFrame.Split(_frames.All[0])[0].Json["maxFrame"]);
    }

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
