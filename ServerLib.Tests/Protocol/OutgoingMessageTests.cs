using System.Text;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class OutgoingMessageTests
{
    [TestMethod]
    public void A_disposed_message_is_reused_without_its_old_content()
    {
        OutgoingMessage first = OutgoingMessage.ToGroup("chess", "alice", new Message("one\u0007"));
        Assert.IsFalse(first.IsText);
        first.Dispose();
        using OutgoingMessage second = OutgoingMessage.ToRoom("bob", new Message("two"));

        Assert.AreSame(first, second);
        Assert.IsTrue(second.IsText);
        Assert.AreEqual(("bob: ", "two"), (Encoding.UTF8.GetString(second.ClassicPrefix), Encoding.UTF8.GetString(second.ClassicText)));
        CollectionAssert.AreEqual(new[] { "bob", "two" }, Frame(second).Parts(1));
    }

    [TestMethod]
    public void Messages_in_use_are_separate_objects()
    {
        using OutgoingMessage first = OutgoingMessage.ToRoom("alice", new Message("one"));
        using OutgoingMessage second = OutgoingMessage.ToUser("bob", new Message("two"));

        CollectionAssert.AreEqual(new[] { "alice", "one" }, Frame(first).Parts(1));
        CollectionAssert.AreEqual(new[] { "bob", "two" }, Frame(second).Parts(1));
        Assert.AreEqual((FrameType.MessageOut, FrameType.DirectOut), (Frame(first).Type, Frame(second).Type));
    }

    [TestMethod]
    [DataRow("hi\n", "hi")]
    [DataRow("hi\r\n", "hi")]
    [DataRow("hi\n\n", "hi\n")]
    [DataRow("hi\r\n\r\n", "hi\r\n")]
    [DataRow("hi\r", "hi\r")]
    [DataRow("hi", "hi")]
    [DataRow("\n", "")]
    public void A_line_of_a_classic_client_loses_exactly_one_line_end(string line, string expected)
    {
        using OutgoingMessage message = OutgoingMessage.ToRoom("bob", new Message(line) { IsClassicLine = true });

        Assert.AreEqual(expected, Frame(message).Parts(1)[1]);
        Assert.AreEqual(line[^1] == '\n', Encoding.UTF8.GetString(message.ClassicText).EndsWith('\n'));
    }

    [TestMethod]
    public void A_message_of_a_compact_client_keeps_its_line_end()
    {
        using OutgoingMessage message = OutgoingMessage.ToRoom("bob", new Message("hi\n"));

        Assert.AreEqual("hi\n", Frame(message).Parts(1)[1]);
    }

    [TestMethod]
    public void Presence_is_JSON_for_compact_clients_and_text_for_classic_ones()
    {
        using OutgoingMessage joined = OutgoingMessage.Presence("alice", joined: true);
        using OutgoingMessage left = OutgoingMessage.Presence("alice", joined: false, "chess");

        Assert.AreEqual("{\"alias\":\"alice\",\"event\":\"joined\"}", Encoding.UTF8.GetString(Frame(joined).Payload));
        Assert.AreEqual("{\"alias\":\"alice\",\"event\":\"left\",\"group\":\"chess\"}", Encoding.UTF8.GetString(Frame(left).Payload));
        Assert.IsTrue(joined.IsText);
        Assert.IsFalse(left.IsText);
        Assert.AreEqual("alice: [ CONNECTED ]", Encoding.UTF8.GetString([.. joined.ClassicPrefix, .. joined.ClassicText]));
    }

    [TestMethod]
    public void A_body_that_is_not_UTF8_is_not_text()
    {
        using OutgoingMessage message = OutgoingMessage.ToRoom("bob", new Message(new byte[] { 0xFF }));

        Assert.IsFalse(message.IsText);
    }

    [TestMethod]
    public void A_name_that_is_too_long_throws_and_leaves_the_pool_intact()
    {
        Assert.ThrowsExactly<ArgumentException>(() => OutgoingMessage.ToRoom(new string('x', 256), new Message("hi")));
        using OutgoingMessage message = OutgoingMessage.ToGroup(new string('g', 255), new string('x', 255), new Message("hi"));

        CollectionAssert.AreEqual(new[] { new string('g', 255), new string('x', 255), "hi" }, Frame(message).Parts(2));
    }

    [TestMethod]
    public void Presence_says_that_a_user_has_left()
    {
        using OutgoingMessage left = OutgoingMessage.Presence("alice", joined: false);

        Assert.AreEqual("alice: [ DISCONNECTED ]", Encoding.UTF8.GetString([.. left.ClassicPrefix, .. left.ClassicText]));
    }

    [TestMethod]
    public void Together_contains_the_frames_in_order()
    {
        using OutgoingMessage first = OutgoingMessage.ToRoom("alice", new Message("one"));
        using OutgoingMessage second = OutgoingMessage.ToUser("bob", new Message("two"));
        using OutgoingMessage together = OutgoingMessage.Together([first, second]);

        CollectionAssert.AreEqual(
            new[] { FrameType.MessageOut, FrameType.DirectOut }, RawFrame.Split(together.CompactFrame).Select(frame => frame.Type).ToArray());
    }

    [TestMethod]
    public void Charge_takes_a_token_for_each_whole_millisecond_once()
    {
        var sender = new Sender();
        using OutgoingMessage message = OutgoingMessage.ToRoom("alice", new Message("hi") { Charge = sender });
        message.Count(2_500);
        message.Count(400);
        message.Charge();
        message.Charge();

        CollectionAssert.AreEqual(new[] { 2, 0 }, sender.Tokens);
    }

    private static RawFrame Frame(OutgoingMessage message) => RawFrame.Split(message.CompactFrame).Single();

    private sealed class Sender : IMessageCharge
    {
        public List<int> Tokens { get; } = [];

        public void Charge(int tokens) => Tokens.Add(tokens);
    }
}
