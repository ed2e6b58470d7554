using System.Text;
using ServerLib.Administration;
using ServerLib.Cli.Terminal;

namespace ServerLib.Tests.Cli.Terminal;

[TestClass]
public sealed class ProgressLineTests
{
    private const string Erase = "\r\u001b[K";

    private readonly StringBuilder _screen = new();

    [TestMethod]
    public void A_known_share_is_shown_as_a_bar_with_the_time_left()
    {
        Line(80).Show(new CommandProgress("12 added", 0.459, TimeSpan.FromHours(25) + TimeSpan.FromSeconds(61)));

        Assert.AreEqual($"{Erase}{new string('━', 13)}{new string(' ', 17)}  45 %  25:01:01 left  12 added", Shown);
    }

    [TestMethod]
    public void An_unknown_share_is_shown_as_text()
    {
        Line(80).Show(new CommandProgress("verifying the backup"));

        Assert.AreEqual($"{Erase}verifying the backup", Shown);
    }

    [TestMethod]
    [DataRow(100)]
    [DataRow(60)]
    [DataRow(40)]
    [DataRow(20)]
    [DataRow(8)]
    [DataRow(2)]
    [DataRow(1)]
    [DataRow(0)]
    public void A_line_fits_the_window(int width)
    {
        ProgressLine line = Line(width);
        line.Show(new CommandProgress(new string('x', 200), 0.5, TimeSpan.FromSeconds(1)));
        line.Show(new CommandProgress(new string('界', 200)));

        foreach (string part in Shown.Split(Erase))
            Assert.IsLessThanOrEqualTo(Math.Max(1, width - 1), InputLine.Columns(part), part);
        Assert.DoesNotContain("\n", Shown);
    }

    [TestMethod]
    public void A_line_that_is_shown_already_is_not_written_again()
    {
        ProgressLine line = Line(80);
        foreach (double share in (double[])[0.501, 0.502, 0.503])
            line.Show(new CommandProgress("writing", share));
        line.Show(null);
        line.Show(null);

        Assert.HasCount(3, Shown.Split(Erase));
        Assert.EndsWith(Erase, Shown);
    }

    [TestMethod]
    public void A_text_is_neither_markup_nor_an_escape_sequence()
    {
        Line(80).Show(new CommandProgress("[red]\u001b[2J[/]", 1));

        Assert.EndsWith(" 100 %  [red]\\u001B[2J[/]", Shown);
    }

    [TestMethod]
    public void Colors_are_used_only_where_they_are_wanted()
    {
        Line(80).Show(new CommandProgress("writing", 0.5));
        Assert.DoesNotContain("\u001b[", Shown[Erase.Length..]);
        Line(80, hasColors: true).Show(new CommandProgress("writing", 0.6));

        Assert.Contains("\u001b[", Shown[(Shown.LastIndexOf(Erase, StringComparison.Ordinal) + Erase.Length)..]);
    }

    private string Shown => $"{_screen}";

    private ProgressLine Line(int width, bool hasColors = false) => new(new StringWriter(_screen), () => width, hasColors);
}
