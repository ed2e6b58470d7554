namespace ServerLib.Tests.Docs;

[TestClass]
public sealed class CSharpBlockTests
{
    [TestMethod]
    public void Every_csharp_block_of_the_documentation_compiles()
    {
        CodeBlock[] blocks = [.. MarkdownPage.All.SelectMany(page => page.Blocks("csharp"))];

        Assert.IsGreaterThan(10, blocks.Length);
        Assert.AreEqual("", string.Join('\n', DocumentationCompiler.Errors(blocks)));
    }

    [TestMethod]
    public void An_error_in_a_block_is_reported_with_its_line()
    {
        CodeBlock[] blocks = [new(MarkdownPage.All[0], 12, "", "int a = 1;\nint b = \"x\";\n")];

        StringAssert.Contains(DocumentationCompiler.Errors(blocks).Single(), $"{MarkdownPage.All[0].Path}: (12,");
    }
}
