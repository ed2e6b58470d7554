using ServerLib.Protocol;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class TextSanitizerTests
{
    [TestMethod]
    [DataRow("plain ☃ text", "plain ☃ text")]
    [DataRow("two\nlines\r", "two\\nlines\\r")]
    [DataRow("\u001b[2J\ttab", "\\u001B[2J\\ttab")]
    [DataRow("\u0085\u202e\u2028\u007f", "\\u0085\\u202E\\u2028\\u007F")]
    public void Escape_escapes_every_control_character(string text, string expected) =>
        Assert.AreEqual(expected, TextSanitizer.Escape(text));

    [TestMethod]
    [DataRow("hello\n", "hello\n")]
    [DataRow("hello\r\n", "hello\r\n")]
    [DataRow("tab\tstays\n", "tab\tstays\n")]
    [DataRow("a\nbob: b\n", "a\uFFFDbob: b\n")]
    [DataRow("a\n\n", "a\uFFFD\n")]
    [DataRow("a\rb", "a\uFFFDb")]
    [DataRow("\u001b[31m", "\uFFFD[31m")]
    [DataRow("\u009b1m\u0000\u007f", "\uFFFD1m\uFFFD\uFFFD")]
    [DataRow("line\u2028line", "line\uFFFDline")]
    public void Replace_keeps_tab_and_the_final_line_end_only(string text, string expected) =>
        Assert.AreEqual(expected, TextSanitizer.Replace(text));
}
