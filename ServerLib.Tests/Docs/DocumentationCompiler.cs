using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ServerLib.Tests.Docs;

/// <summary>
/// Compiles C# blocks of the documentation, all at once. The blocks of a page share a namespace, so that later ones can use types of
/// earlier ones.
/// </summary>
internal static class DocumentationCompiler
{
    // What a new project has, and what a fragment without using directives of its own leaves out.
    private static readonly string[] Implicit =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    private static readonly string[] OfFragments =
    [
        .. Implicit, "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging", "ServerLib",
        "ServerLib.Testing",
    ];

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    /// <summary>Compiles the blocks.</summary>
    /// <returns>The errors, each with page, line and block.</returns>
    public static IReadOnlyList<string> Errors(IEnumerable<CodeBlock> blocks)
    {
        var trees = blocks.Select(Tree).ToList();
        var compilation = CSharpCompilation.Create(
            "Documentation",
            trees,
            References(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        return
        [
            .. compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(diagnostic => $"{diagnostic.Location.GetMappedLineSpan()}: {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}"),
        ];
    }

    /// <summary>Statements become a method, and everything goes into the page's namespace.</summary>
    private static SyntaxTree Tree(CodeBlock block)
    {
        CompilationUnitSyntax unit = CSharpSyntaxTree.ParseText(block.Code, Parsing).GetCompilationUnitRoot();
        IEnumerable<string> usings = (unit.Usings.Count > 0 ? Implicit : OfFragments).Select(name => $"using {name};");
        IEnumerable<MemberDeclarationSyntax> types = unit.Members.Where(member => member is not GlobalStatementSyntax);
        GlobalStatementSyntax[] statements = [.. unit.Members.OfType<GlobalStatementSyntax>()];
        string method = statements.Length == 0 ? "" : Method(block, unit, statements);
        string name = new([.. block.Page.Path.Select(c => char.IsLetterOrDigit(c) ? c : '_')]);

        string body = string.Concat(types.Select(type => Declaration(block, unit, type)));
        string code = $"{string.Join('\n', usings)}\n{unit.Usings.ToFullString()}\nnamespace Pages.{name} {{\n{body}\n{method}\n}}";
        return CSharpSyntaxTree.ParseText(code, Parsing, path: block.Page.Path);
    }

    /// <summary>A namespace of the block's own goes into the page's.</summary>
    private static string Declaration(CodeBlock block, CompilationUnitSyntax unit, MemberDeclarationSyntax member) =>
        member is FileScopedNamespaceDeclarationSyntax scoped
            ? $"namespace {scoped.Name} {{ {string.Concat(scoped.Members.Select(inner => At(block, unit, inner)))} }}"
            : At(block, unit, member);

    private static string Method(CodeBlock block, CompilationUnitSyntax unit, GlobalStatementSyntax[] statements)
    {
        string parameters = block.Context.Length > 0 ? block.Context : "string[] args";
        string code = string.Concat(statements.Select(statement => At(block, unit, statement)));
        return $"static class Block{block.Line} {{ static async Task RunAsync({parameters}) {{\n{code}\nawait Task.CompletedTask;\n}} }}";
    }

    private static string At(CodeBlock block, CompilationUnitSyntax unit, SyntaxNode node) =>
        $"\n#line {block.Line + unit.SyntaxTree.GetLineSpan(node.FullSpan).StartLinePosition.Line} \"{block.Page.Path}\"\n{node.ToFullString()}";

    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));
}
