namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class MessageTests
{
    [TestMethod]
    public void A_new_message_is_for_the_room()
    {
        var message = new Message("zoë");

        Assert.AreEqual((MessageKind.Room, null, 0u), (message.Kind, message.Name, message.Id));
        CollectionAssert.AreEqual("zoë"u8.ToArray(), message.Body.ToArray());
        Assert.AreEqual("zoë", message.ToString());
    }

    [TestMethod]
    public void Text_replaces_malformed_bytes() => Assert.AreEqual("\uFFFDx", new Message(new byte[] { 0xFF, (byte)'x' }).Text);

    [TestMethod]
    public void A_response_is_ok_only_with_status_0()
    {
        Assert.IsTrue(new Response("done").IsOk);
        Assert.IsTrue(new Response(new byte[] { 1 }).IsOk);
        Assert.IsFalse(new Response(1, default).IsOk);
        Assert.AreEqual("done", new Response("done").Text);
        Assert.AreEqual(((byte)240, (byte)241), (Response.NotHandled, Response.Failed));
    }

    [TestMethod]
    public void A_report_counts_queued_messages_as_delivered()
    {
        var report = new SendReport(1, 2, 4);

        Assert.AreEqual(3, report.Delivered);
    }
}
