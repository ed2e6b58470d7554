using ServerLib.Cli.Terminal;

namespace ServerLib.Tests.Cli.Terminal;

[TestClass]
public sealed class InputScreenTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task Printed_lines_do_not_break_the_line_being_typed()
    {
        var terminal = new FakeTerminal();
        var screen = new InputScreen(terminal);
        Task<string?> reading = screen.ReadLineAsync("> ", _guard);
        terminal.Type("oka");
        await terminal.Screen.SeeAsync("> oka");

        screen.Print("zoe: hi");
        Assert.IsTrue($"{terminal.Screen}".EndsWith("\u001b[K> oka\u001b[Kzoe: hi\n\u001b[K> oka", StringComparison.Ordinal), $"{terminal.Screen}");
        terminal.Type("y\n");
        Assert.AreEqual("okay", await reading);
        Assert.IsTrue($"{terminal.Screen}".EndsWith("\u001b[K> okay\n", StringComparison.Ordinal), $"{terminal.Screen}");
    }

    [TestMethod]
    public async Task A_secret_is_never_shown_nor_remembered()
    {
        var terminal = new FakeTerminal();
        var screen = new InputScreen(terminal) { Complete = _ => ["s3cret"] };
        Task<string?> reading = screen.AskAsync("Password: ", isSecret: true, _guard);
        terminal.Type("s3\tcret\n");

        Assert.AreEqual("s3cret", await reading);
        Assert.AreEqual("", $"{terminal.Screen}".Replace("\u001b[KPassword: ", "").Replace("\n", ""));

        Assert.AreEqual("", terminal.WrittenWithEcho);

        reading = screen.ReadLineAsync("> ", _guard);
        terminal.Press(ConsoleKey.UpArrow);
        terminal.Type("\n");
        Assert.AreEqual("", await reading);
    }

    [TestMethod]
    public async Task When_no_key_comes_any_more_no_line_does()
    {
        var terminal = new FakeTerminal();
        Task<string?> reading = new InputScreen(terminal).ReadLineAsync("> ", _guard);
        terminal.Type("half");
        terminal.HangUp();

        Assert.IsNull(await reading);
    }

    [TestMethod]
    public async Task In_the_background_there_is_no_input_line()
    {
        var terminal = new FakeTerminal();
        var screen = new InputScreen(terminal);
        Task<string?> reading = screen.ReadLineAsync("> ", _guard);
        terminal.Type("oka");
        await terminal.Screen.SeeAsync("> oka");
        terminal.IsInForeground = false;
        screen.Print("zoe: hi");
        Assert.EndsWith("> okazoe: hi\n", $"{terminal.Screen}");

        terminal.IsInForeground = true;
        terminal.Change();
        Assert.EndsWith("zoe: hi\n\u001b[K> oka", $"{terminal.Screen}");
        terminal.Type("y\n");
        Assert.AreEqual("okay", await reading);
    }

    [TestMethod]
    public void Lines_that_are_printed_while_the_terminal_is_held_come_afterwards()
    {
        var terminal = new FakeTerminal();
        var screen = new InputScreen(terminal);
        using (screen.Hold())
        {
            for (int i = 0; i < 1_001; i++)
                screen.Print($"line {i}");
            Assert.AreEqual("", $"{terminal.Screen}");
        }

        string[] lines = terminal.Screen.Lines;
        Assert.HasCount(1_000, lines);
        Assert.AreEqual("line 1", lines[0]);
    }

    [TestMethod]
    [DataRow("abc", 3, 80, "> abc")]
    [DataRow("abc", 1, 80, "> abc\u001b[2D")]
    [DataRow("abcdefghijklmnop", 16, 13, "> hijklmnop", DisplayName = "the end of a long line")]
    [DataRow("abcdefghijklmnop", 0, 13, "> abcdefghij\u001b[10D", DisplayName = "its beginning")]
    [DataRow("日本語", 1, 80, "> 日本語\u001b[4D", DisplayName = "wide characters")]
    [DataRow("日本語日本語", 6, 13, "> 語日本語", DisplayName = "a long line of them")]
    public void The_cursor_stays_in_sight(string text, int cursor, int width, string expected) =>
        Assert.AreEqual("\r\u001b[K" + expected, InputLine.Draw("> ", text, cursor, width));
}
