using ServerLib.Benchmarks.Load;

namespace ServerLib.Tests.Benchmarks;

[TestClass]
public sealed class LineCountTests
{
    [TestMethod]
    public void Empty_lines_and_comments_are_not_counted() =>
        Assert.AreEqual(3, LineCount.Of("using System;\n\n/// <summary>A room.</summary>\r\nclass Room\n    // Nothing yet.\n;  // one\n \n"));
}
