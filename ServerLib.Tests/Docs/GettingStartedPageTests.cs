namespace ServerLib.Tests.Docs;

[TestClass]
public sealed class GettingStartedPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.File("docs", "getting-started.md"));

    [TestMethod]
    public void The_server_on_the_page_is_the_sample() =>
        StringAssert.Contains(Page, $"```csharp\n{File.ReadAllText(Repository.File("samples", "EchoServer", "Server", "Program.cs"))}```\n");

    [TestMethod]
    public void The_test_on_the_page_is_one_that_runs() =>
        StringAssert.Contains(Page, $"```csharp\n{File.ReadAllText(Repository.File("ServerLib.Tests", "Users", "EchoHandlerTests.cs"))}```\n");
}
