namespace ServerLib.Tests.Docs;

/// <summary>A fenced code block of a page.</summary>
/// <param name="Page">The page.</param>
/// <param name="Line">The number of its first line in the page.</param>
/// <param name="Context">
/// What the comment <c>context:</c> before the block declares: the parameters of the method that the statements of the block are in.
/// </param>
/// <param name="Code">Its lines.</param>
internal sealed record CodeBlock(MarkdownPage Page, int Line, string Context, string Code);
