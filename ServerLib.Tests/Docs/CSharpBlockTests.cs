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
    public void Every_program_of_the_documentation_compiles_in_a_new_console_project()
    {
        CodeBlock[] programs = [.. MarkdownPage.All.SelectMany(page => page.Blocks("csharp")).Where(DocumentationCompiler.IsProgram)];

        Assert.IsGreaterThan(5, programs.Length);
        Assert.AreEqual("", string.Join('\n', programs.SelectMany(DocumentationCompiler.ProgramErrors)));
    }

    [TestMethod]
    public void A_block_gets_only_the_usings_that_its_page_has_shown()
    {
        const string Code = "var message = new Message(\"hello\");\n";
        CodeBlock block = new(MarkdownPage.All[0], 12, "", Code);
        CodeBlock later = block with { Line = 22 };
        CodeBlock program = block with { Code = "using ServerLib;\n" + Code };

        StringAssert.Contains(DocumentationCompiler.Errors([block]).Single(), "'Message'");
        Assert.IsEmpty(DocumentationCompiler.Errors([program, later]));
        Assert.IsEmpty(DocumentationCompiler.Errors([block with { Context = "int number" }]));
        Assert.IsEmpty(DocumentationCompiler.ProgramErrors(program));
    }

    [TestMethod]
    public void An_error_in_a_block_is_reported_with_its_line()
    {
        CodeBlock[] blocks = [new(MarkdownPage.All[0], 12, "", "int a = 1;\nint b = \"x\";\n")];

        StringAssert.Contains(DocumentationCompiler.Errors(blocks).Single(), $"{MarkdownPage.All[0].Path}: (12,");
    }
}
