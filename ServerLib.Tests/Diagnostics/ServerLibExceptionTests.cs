namespace ServerLib.Tests.Diagnostics;

[TestClass]
public sealed class ServerLibExceptionTests
{
    [TestMethod]
    public void The_message_is_what_is_wrong_and_nothing_else()
    {
        ServerLibException caught = Assert.ThrowsExactly<ServerLibException>(Outer);

        Assert.AreEqual("The disk is full.", caught.Message);
        CollectionAssert.AreEqual(new[] { "Outer", "Inner" }, caught.SourceTrail.ToArray());
        Assert.IsInstanceOfType<IOException>(caught.GetBaseException());
    }

    [TestMethod]
    public void ToString_ends_with_the_trail_the_outermost_function_first()
    {
        ServerLibException caught = Assert.ThrowsExactly<ServerLibException>(Outer);

        StringAssert.EndsWith(
            caught.ToString(), "\nFailure in Outer.\n[ err DETAIL ] <- \nFailure in Inner.\n[ err DETAIL ] <- The disk is full.\n\n");
    }

    [TestMethod]
    public void Because_starts_a_trail_with_the_caller()
    {
        ServerLibException found = ServerLibException.Because("There is no such thing.");

        Assert.AreEqual("There is no such thing.", found.Message);
        Assert.AreEqual(nameof(Because_starts_a_trail_with_the_caller), found.SourceTrail.Single());
    }

    [TestMethod]
    public void An_exception_without_a_trail_prints_none() =>
        Assert.DoesNotContain("err DETAIL", new ServerLibException("The disk is full.").ToString());

    private static void Outer()
    {
        try
        {
            Inner();
        }
        catch (Exception e)
        {
            throw ServerLibException.Wrap(e);
        }
    }

    private static void Inner()
    {
        try
        {
            throw new IOException("The disk is full.");
        }
        catch (Exception e)
        {
            throw ServerLibException.Wrap(e);
        }
    }
}
