using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ServerLib.Tests.Docs;

/// <summary>
/// Compiles C# blocks of the documentation as their readers do. A block that begins with using directives has only these. A block without
/// them has those of the blocks before it on its page. Only a fragment, which the comment <c>context:</c> marks, gets the usual ones.
/// </summary>
internal static class DocumentationCompiler
{
    // Those of a new console project.
    private static readonly string[] Implicit =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    private static readonly string[] OfFragments =
        ["Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging", "ServerLib", "ServerLib.Testing"];

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    /// <summary>Compiles the blocks, all at once. The blocks of a page share a namespace, so that later ones can use types of earlier ones.</summary>
    /// <param name="blocks">The blocks, in the order of their pages.</param>
    /// <returns>The errors, each with page, line and block.</returns>
    public static IReadOnlyList<string> Errors(IEnumerable<CodeBlock> blocks) =>
        ErrorsOf([.. blocks.GroupBy(block => block.Page).SelectMany(Trees)], OutputKind.DynamicallyLinkedLibrary);

    /// <summary>Compiles a block as the only file of a new console project.</summary>
    public static IReadOnlyList<string> ProgramErrors(CodeBlock block)
    {
        string implicitUsings = string.Concat(Implicit.Select(name => $"global using {name};"));
        string code = $"#line {block.Line} \"{block.Page.Path}\"\n{block.Code}";
        return ErrorsOf(
            [CSharpSyntaxTree.ParseText(implicitUsings, Parsing), CSharpSyntaxTree.ParseText(code, Parsing)], OutputKind.ConsoleApplication);
    }

    /// <summary>Whether a block is a whole program: it has using directives and statements.</summary>
    public static bool IsProgram(CodeBlock block)
    {
        CompilationUnitSyntax unit = Unit(block);
        return unit.Usings.Count > 0 && unit.Members.Any(member => member is GlobalStatementSyntax);
    }

    private static CompilationUnitSyntax Unit(CodeBlock block) => CSharpSyntaxTree.ParseText(block.Code, Parsing).GetCompilationUnitRoot();

    private static string[] ErrorsOf(IEnumerable<SyntaxTree> trees, OutputKind kind)
    {
        var compilation = CSharpCompilation.Create(
            "Documentation", trees, References(), new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable));
        return
        [
            .. compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(diagnostic =>
                    $"{diagnostic.Location.GetMappedLineSpan()}: {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}"),
        ];
    }

    private static IEnumerable<SyntaxTree> Trees(IEnumerable<CodeBlock> page)
    {
        var shown = new HashSet<string>();
        foreach (CodeBlock block in page)
        {
            CompilationUnitSyntax unit = Unit(block);
            string[] own = [.. unit.Usings.Select(directive => directive.ToString())];
            IEnumerable<string> others = block.Context.Length > 0 ? OfFragments.Select(Using) : own.Length == 0 ? shown : [];
            yield return Tree(block, unit, [.. Implicit.Select(Using).Concat(others).Concat(own).Distinct()]);
            shown.UnionWith(own);
        }
    }

    private static string Using(string name) => $"using {name};";

    /// <summary>Statements become a method, and everything goes into the page's namespace.</summary>
    private static SyntaxTree Tree(CodeBlock block, CompilationUnitSyntax unit, string[] usings)
    {
        IEnumerable<MemberDeclarationSyntax> types = unit.Members.Where(member => member is not GlobalStatementSyntax);
        GlobalStatementSyntax[] statements = [.. unit.Members.OfType<GlobalStatementSyntax>()];
        string method = statements.Length == 0 ? "" : Method(block, unit, statements);
        string name = new([.. block.Page.Path.Select(c => char.IsLetterOrDigit(c) ? c : '_')]);

        string body = string.Concat(types.Select(type => Declaration(block, unit, type)));
        string code = $"{string.Join('\n', usings)}\nnamespace Pages.{name} {{\n{body}\n{method}\n}}";
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
