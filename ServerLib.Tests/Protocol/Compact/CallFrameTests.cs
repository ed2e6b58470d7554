using System.Text;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class CallFrameTests
{
    private static readonly string LongestName = new string('\u00e4', 127) + "x";

    private readonly Frames _frames = new();

    [TestMethod]
    public void CALL_EVENT_and_CANCEL_are_written_as_the_protocol_says()
    {
        CompactFrameWriter.WriteCall(_frames, 0x01020304, "add", [9]);
        CompactFrameWriter.WriteEvent(_frames, "bye", [8, 7]);
        CompactFrameWriter.WriteCancel(_frames, 0x01020304);

        CollectionAssert.AreEqual(new byte[] { 0, 0, 0, 10, 0x18, 1, 2, 3, 4, 3, (byte)'a', (byte)'d', (byte)'d', 9 }, _frames.All[0]);
        CollectionAssert.AreEqual(new byte[] { 0, 0, 0, 7, 0x19, 3, (byte)'b', (byte)'y', (byte)'e', 8, 7 }, _frames.All[1]);
        CollectionAssert.AreEqual(new byte[] { 0, 0, 0, 5, 0x1A, 1, 2, 3, 4 }, _frames.All[2]);
    }

    [TestMethod]
    public void A_name_has_1_to_255_bytes()
    {
        CompactFrameWriter.WriteCall(_frames, 1, LongestName, []);
        CompactFrameWriter.WriteEvent(_frames, LongestName, []);
        Assert.AreEqual(255, _frames.All[0][9]);
        Assert.AreEqual(255, _frames.All[1][5]);

        foreach (string name in new[] { "", LongestName + "x" })
        {
            Assert.ThrowsExactly<ArgumentException>(() => CompactFrameWriter.WriteCall(_frames, 1, name, []));
            Assert.ThrowsExactly<ArgumentException>(() => CompactFrameWriter.WriteEvent(_frames, name, []));
        }
    }

    [TestMethod]
    public void CALL_EVENT_and_CANCEL_are_read()
    {
        Message call = Read(RawFrame.Call(uint.MaxValue, LongestName, "{}"));
        Message @event = Read(RawFrame.Event("moved"));
        Message cancel = Read(RawFrame.Cancel(7));

        Assert.AreEqual($"Call {uint.MaxValue} {LongestName} {{}}", $"{call.Kind} {call.Id} {call.Name} {call.Text}");
        Assert.AreEqual("Event moved ", $"{@event.Kind} {@event.Name} {@event.Text}");
        Assert.AreEqual("Cancel 7", $"{cancel.Kind} {cancel.Id}");
    }

    [TestMethod]
    [DataRow((byte)0x18, new byte[] { 0, 0, 0 }, DisplayName = "CALL without an id")]
    [DataRow((byte)0x18, new byte[] { 0, 0, 0, 1 }, DisplayName = "CALL without a name")]
    [DataRow((byte)0x18, new byte[] { 0, 0, 0, 1, 0, 1 }, DisplayName = "CALL with an empty name")]
    [DataRow((byte)0x18, new byte[] { 0, 0, 0, 1, 2, 65 }, DisplayName = "CALL with half a name")]
    [DataRow((byte)0x18, new byte[] { 0, 0, 0, 1, 1, 0xFF }, DisplayName = "CALL with a name that is not UTF-8")]
    [DataRow((byte)0x19, new byte[] { }, DisplayName = "EVENT without a name")]
    [DataRow((byte)0x19, new byte[] { 0, 1 }, DisplayName = "EVENT with an empty name")]
    [DataRow((byte)0x19, new byte[] { 255, 65 }, DisplayName = "EVENT with part of a name")]
    [DataRow((byte)0x1A, new byte[] { 0, 0, 0 }, DisplayName = "CANCEL without an id")]
    [DataRow((byte)0x1A, new byte[] { 0, 0, 0, 1, 0 }, DisplayName = "CANCEL with more than an id")]
    public void A_malformed_frame_is_refused(byte type, byte[] payload) => Assert.AreEqual(
        ReadStatus.Malformed, WithFeatures("call").TryReadMessage(new RawFrame((FrameType)type, payload).ToBytes(), out _, out _));

    [TestMethod]
    public void A_client_without_the_feature_sends_frames_of_an_unknown_type()
    {
        CompactProtocol protocol = WithFeatures("id");
        Assert.IsFalse(protocol.HasCalls);

        foreach (RawFrame frame in new[] { RawFrame.Call(1, "x"), RawFrame.Event("x"), RawFrame.Cancel(1) })
        {
            Assert.AreEqual(ReadStatus.Reply, protocol.TryReadMessage(frame.ToBytes(), out _, out _));
            protocol.WriteReply(_frames);
            Assert.AreEqual("unknown-type", (string?)RawFrame.Split(_frames.All[^1]).Single().Json["code"]);
        }
    }

    private static Message Read(RawFrame frame)
    {
        Assert.AreEqual(ReadStatus.Complete, WithFeatures("call").TryReadMessage(frame.ToBytes(), out int consumed, out Message message));
        Assert.AreEqual(frame.ToBytes().Length, consumed);
        return message;
    }

    private static CompactProtocol WithFeatures(string feature)
    {
        var protocol = new CompactProtocol(maxFrameSize: 8192, "open", ServerKey.Ephemeral);
        byte[] login = Encoding.UTF8.GetBytes($$"""{"mechanism":"PLAIN","username":"bob","password":"x","features":["{{feature}}"]}""");
        Assert.AreEqual(ReadStatus.Complete, protocol.TryReadCredentials(new RawFrame(FrameType.Login, login).ToBytes(), out _, out _));
        return protocol;
    }
}
