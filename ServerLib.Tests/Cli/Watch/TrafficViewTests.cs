using ServerLib.Cli.Terminal;
using ServerLib.Cli.Watch;

namespace ServerLib.Tests.Cli.Watch;

[TestClass]
public sealed class TrafficViewTests
{
    [TestMethod]
    [DataRow(80, 24)]
    [DataRow(120, 40)]
    [DataRow(200, 60)]
    [DataRow(40, 12)]
    [DataRow(30, 8)]
    [DataRow(20, 4)]
    [DataRow(10, 3)]
    public void The_picture_fits_the_window(int width, int height)
    {
        string[] lines = TrafficView.Draw(TestTraffic.Busy(), width, height, hasColors: false);

        Assert.HasCount(height, lines, string.Join('\n', lines));
        foreach (string line in lines)
            Assert.IsLessThanOrEqualTo(width, InputLine.Columns(TestTraffic.WithoutStyles(line)), string.Join('\n', lines));
        StringAssert.Contains(lines[^1], "q quits");
    }

    [TestMethod]
    public void Wide_characters_are_drawn_in_every_width()
    {
        TrafficReport report = TestTraffic.Busy() with { TopTalkers = [new("本日😄👩‍👩‍👧한글", "", 1, 1)], Refusals = [new("本日本日", 1)] };

        for (int width = 1; width < 130; width++)
            Assert.HasCount(24, TrafficView.Draw(report, width, 24, hasColors: false));
    }

    [TestMethod]
    public void A_window_of_80_by_24_has_plots_and_lists()
    {
        string picture = Picture(80, 24, hasColors: false);

        foreach (string part in (string[])["Connections 60", "Messages in/s 118", "Top talkers", "Slow readers", "Refusals", "ServerFull", "⣿"])
            StringAssert.Contains(picture, part);
    }

    [TestMethod]
    public void A_small_window_has_the_numbers()
    {
        string picture = Picture(30, 8, hasColors: false);

        StringAssert.Contains(picture, "Connections 60");
        Assert.DoesNotContain("⣿", picture);
    }

    [TestMethod]
    public void Names_are_neither_markup_nor_escape_sequences()
    {
        string picture = Picture(120, 40, hasColors: true);

        StringAssert.Contains(picture, "[red]eve[/]");
        StringAssert.Contains(picture, @"\u001B[2J");
    }

    [TestMethod]
    public void Colors_are_used_only_where_they_are_wanted()
    {
        StringAssert.Contains(string.Concat(TrafficView.Draw(TestTraffic.Busy(), 80, 24, hasColors: true)), "\u001b[93m");
        Assert.DoesNotContain("\u001b[3", string.Concat(TrafficView.Draw(TestTraffic.Busy(), 80, 24, hasColors: false)));
    }

    [TestMethod]
    public void Before_the_first_second_the_picture_is_empty()
    {
        string[] lines = TrafficView.Draw(TestTraffic.Empty(), 80, 24, hasColors: false);

        Assert.HasCount(24, lines);
        StringAssert.Contains(lines[0], "waiting for the first second");
    }

    [TestMethod]
    public void A_plot_shows_the_newest_value_at_the_right()
    {
        string[] lines = BraillePlot.Draw([0, 0, 4, 8], span: 4, top: 8, width: 2, height: 2);

        CollectionAssert.AreEqual(new[] { "\u2800⢸", "\u2800⣿" }, lines);
    }

    [TestMethod]
    [DataRow(0.0, 1.0)]
    [DataRow(3.0, 5.0)]
    [DataRow(50.0, 50.0)]
    [DataRow(51.0, 100.0)]
    [DataRow(1234.0, 2000.0)]
    public void The_top_of_a_plot_is_a_round_number(double most, double expected) => Assert.AreEqual(expected, BraillePlot.TopOf([0, most]));

    private static string Picture(int width, int height, bool hasColors) =>
        TestTraffic.WithoutStyles(string.Join('\n', TrafficView.Draw(TestTraffic.Busy(), width, height, hasColors)));
}
