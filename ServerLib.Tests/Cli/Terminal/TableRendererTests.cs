using ServerLib.Cli.Terminal;
using ServerLib.Tests.Cli.Watch;

namespace ServerLib.Tests.Cli.Terminal;

[TestClass]
public sealed class TableRendererTests
{
    private static readonly CommandTable Users = new(
        ["NAME", "ADDRESS"], [["ada", "127.0.0.1:50000"], ["日本", "[red]x[/]"], ["b\u001b[31m", "two\nlines"]])
    {
        Notes = ["and \u001b[2J more"],
    };

    [TestMethod]
    [DataRow(80)]
    [DataRow(24)]
    public void A_table_fits_the_width_of_the_terminal(int width)
    {
        string[] lines = [.. TableRenderer.Draw(Users with { Notes = [] }, width, hasColors: false)];

        foreach (string line in lines)
            Assert.IsLessThanOrEqualTo(width, InputLine.Columns(TestTraffic.WithoutStyles(line)), string.Join('\n', lines));
    }

    [TestMethod]
    public void A_table_is_drawn_in_a_window_that_is_too_narrow_for_it()
    {
        for (int width = 1; width < 24; width++)
            Assert.Contains("本", string.Concat(TableRenderer.Draw(Users, width, hasColors: false)));
    }

    [TestMethod]
    public void Text_is_neither_markup_nor_escape_sequences()
    {
        string drawn = TestTraffic.WithoutStyles(string.Join('\n', TableRenderer.Draw(Users, 80, hasColors: true)));

        foreach (string part in (string[])["NAME", "127.0.0.1:50000", "[red]x[/]", @"b\u001B[31m", @"two\nlines", @"and \u001B[2J more"])
            Assert.Contains(part, drawn);
        Assert.DoesNotContain('\u001b', drawn);
    }
}
