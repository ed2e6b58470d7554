namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class CallExceptionTests
{
    [TestMethod]
    [DataRow((byte)0)]
    [DataRow((byte)240)]
    [DataRow((byte)255)]
    public void A_method_cannot_use_a_status_that_ServerLib_defines(byte status)
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CallException(status, "text"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CallException(status, ReadOnlyMemory<byte>.Empty));
    }

    [TestMethod]
    public void An_exception_has_the_status_and_text_of_the_response()
    {
        var mine = new CallException(7, "Full.");
        CallException theirs = CallException.For("x\n", new Response(Response.Failed, "No\u001b."u8.ToArray()));
        CallException application = CallException.For("x", new Response(239, "..."u8.ToArray()));

        Assert.AreEqual("7 Full. Full. False", $"{mine.Status} {mine.Text} {mine.Message} {mine.IsAnswer}");
        Assert.AreEqual("The call 'x\\n' was answered with status 241: No\\u001B.", theirs.Message);
        Assert.AreEqual("The call 'x' was answered with status 239.", application.Message);
        Assert.IsTrue(theirs.IsAnswer);
    }
}
