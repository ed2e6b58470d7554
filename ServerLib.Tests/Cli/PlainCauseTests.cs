using ServerLib.Cli;

namespace ServerLib.Tests.Cli;

[TestClass]
public sealed class PlainCauseTests
{
    [TestMethod]
    public void Says_what_lies_below_the_trail()
    {
        Assert.AreEqual("disk gone", PlainCause.Of(ServerLibException.Wrap(ServerLibException.Wrap(new IOException("disk gone"), "A"), "B")));
        Assert.AreEqual("no such name", PlainCause.Of(ServerLibException.Wrap(ServerLibException.Because("no such name", "A"), "B")));
        Assert.AreEqual(
            "the key is bad", PlainCause.Of(ServerLibException.Wrap(new ServerLibException("the key is bad", new IOException("x")), "B")));
        Assert.AreEqual("first\\u001B", PlainCause.Of(new AggregateException(new IOException("first\u001b"), new IOException("second"))));
    }

    [TestMethod]
    [DataRow("flags:\t02000000", true)]
    [DataRow("flags:\t0100002", false)]
    [DataRow("flags:\t02100001", true)]
    [DataRow("mnt_id:\t15", false)]
    public void Knows_a_descriptor_that_the_process_opened_itself(string line, bool expected) =>
        Assert.AreEqual(expected, StandardStreams.HasCloseOnExec(["pos:\t0", line]));
}
