namespace ServerLib.Tests.Diagnostics;

[TestClass]
public sealed class ServerLibExceptionTests
{
    [TestMethod]
    public void Wrap_at_each_level_puts_the_outermost_function_first_and_the_cause_last()
    {
        ServerLibException caught = Assert.ThrowsExactly<ServerLibException>(Outer);

        Assert.AreEqual(
            "\nFailure in Outer.\n[ err DETAIL ] <- \nFailure in Inner.\n[ err DETAIL ] <- the disk is full\n\n", caught.Message);
        CollectionAssert.AreEqual(new[] { "Outer", "Inner" }, caught.SourceTrail.ToArray());
        Assert.IsInstanceOfType<IOException>(caught.GetBaseException());
    }

    [TestMethod]
    public void Because_starts_a_trail_where_the_failure_is_found()
    {
        ServerLibException found = ServerLibException.Because("no such thing");

        Assert.AreEqual(
            $"\nFailure in {nameof(Because_starts_a_trail_where_the_failure_is_found)}.\n[ err DETAIL ] <- no such thing\n", found.Message);
        Assert.HasCount(1, found.SourceTrail);
    }

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
            throw new IOException("the disk is full");
        }
        catch (Exception e)
        {
            throw ServerLibException.Wrap(e);
        }
    }
}
