using ServerLib.Cli.Terminal;

namespace ServerLib.Tests.Cli.Terminal;

[TestClass]
public sealed class LineEditorTests
{
    private static readonly string[] Names = ["alan", "Alice", "bob", "/msg", "/quit"];

    private readonly LineEditor _editor = new();

    public LineEditorTests() => _editor.Begin(remembers: true);

    [TestMethod]
    [DataRow("abc", new[] { ConsoleKey.LeftArrow, ConsoleKey.Backspace }, "a|c")]
    [DataRow("abc", new[] { ConsoleKey.Home, ConsoleKey.Delete }, "|bc")]
    [DataRow("abc", new[] { ConsoleKey.Home, ConsoleKey.RightArrow }, "a|bc")]
    [DataRow("abc", new[] { ConsoleKey.Home, ConsoleKey.End }, "abc|")]
    [DataRow("abc", new[] { ConsoleKey.Delete, ConsoleKey.RightArrow }, "abc|")]
    [DataRow("", new[] { ConsoleKey.Backspace, ConsoleKey.LeftArrow }, "|")]
    [DataRow("abc", new[] { ConsoleKey.Escape }, "|")]
    [DataRow("a😀", new[] { ConsoleKey.Backspace }, "a|")]
    [DataRow("a👍🏽b", new[] { ConsoleKey.LeftArrow, ConsoleKey.LeftArrow }, "a|👍🏽b")]
    public void Keys_move_and_remove(string typed, ConsoleKey[] keys, string expected)
    {
        Type(typed);
        foreach (ConsoleKey key in keys)
            Assert.AreEqual(EditResult.Going, _editor.Handle(Keys.Of(key)));
        Assert.AreEqual(expected, Shown);
    }

    [TestMethod]
    [DataRow(ConsoleKey.A, "|one two")]
    [DataRow(ConsoleKey.E, "one two|")]
    [DataRow(ConsoleKey.U, "|o")]
    [DataRow(ConsoleKey.K, "one tw|")]
    [DataRow(ConsoleKey.W, "one |o")]
    [DataRow(ConsoleKey.D, "one tw|")]
    [DataRow(ConsoleKey.C, "|")]
    public void Control_keys_do_what_they_do_in_a_shell(ConsoleKey key, string expected)
    {
        Type("one two");
        _editor.Handle(Keys.Of(ConsoleKey.LeftArrow));
        Assert.AreEqual(EditResult.Going, _editor.Handle(Keys.Of(key, control: true)));
        Assert.AreEqual(expected, Shown);
    }

    [TestMethod]
    [DataRow(ConsoleKey.C)]
    [DataRow(ConsoleKey.D)]
    public void On_an_empty_line_they_end_it(ConsoleKey key) =>
        Assert.AreEqual(EditResult.End, _editor.Handle(Keys.Of(key, control: true)));

    [TestMethod]
    public void The_history_returns_and_the_current_input_is_kept()
    {
        foreach (string line in new[] { "one", "two", "two", "" })
            Enter(line);
        Type("thr");

        ConsoleKey[] keys = [.. Enumerable.Repeat(ConsoleKey.UpArrow, 3), .. Enumerable.Repeat(ConsoleKey.DownArrow, 3)];
        CollectionAssert.AreEqual(new[] { "two", "one", "one", "two", "thr", "thr" }, keys.Select(After).ToArray());
    }

    [TestMethod]
    public void A_secret_is_not_remembered()
    {
        _editor.Begin(remembers: false);
        Enter("s3cret");
        Assert.AreEqual("", After(ConsoleKey.UpArrow));
    }

    [TestMethod]
    [DataRow("hi b", "hi bob |", "")]
    [DataRow("a", "al|", "")]
    [DataRow("al", "al|", "alan Alice")]
    [DataRow("ALI", "Alice |", "")]
    [DataRow("/q", "/quit |", "")]
    [DataRow("x", "x|", "")]
    [DataRow("", "|", "/msg /quit alan Alice bob")]
    public void Names_are_completed_as_far_as_they_agree(string typed, string expected, string choices)
    {
        Type(typed);
        Assert.AreEqual(choices, string.Join(' ', _editor.Complete(Names)));
        Assert.AreEqual(expected, Shown);
    }

    [TestMethod]
    public void Control_characters_are_not_typed()
    {
        Type("a\u001b\u0007\u009bb");
        Assert.AreEqual("ab|", Shown);
    }

    private string Shown => _editor.Text.Insert(_editor.Cursor, "|");

    private void Type(string text)
    {
        foreach (char c in text)
            _editor.Handle(Keys.Of(c));
    }

    private void Enter(string line)
    {
        Type(line);
        Assert.AreEqual(EditResult.Line, _editor.Handle(Keys.Of(ConsoleKey.Enter)));
        _editor.Begin(remembers: true);
    }

    private string After(ConsoleKey key)
    {
        _editor.Handle(Keys.Of(key));
        return _editor.Text;
    }
}
