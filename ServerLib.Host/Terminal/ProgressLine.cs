using System.Globalization;
using ServerLib.Administration;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ServerLib.Cli.Terminal;

/// <summary>Shows on one line of a terminal how far a command is: a bar, the percentage, the time left, and what was done.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="width">The number of its columns.</param>
/// <param name="hasColors">Whether to use colors.</param>
internal sealed class ProgressLine(TextWriter terminal, Func<int> width, bool hasColors)
{
    private const int BarWidth = 30;
    private const string Erase = "\r\u001b[K";

    private string _shown = "";

    /// <summary>Replaces what is shown.</summary>
    /// <param name="progress">How far the command is; <see langword="null"/> to show nothing.</param>
    public void Show(CommandProgress? progress)
    {
        // The last column stays free, because some terminals wrap there.
        string line = progress is null ? "" : Drawing.ToLines(Draw(progress), Math.Max(1, width() - 1), height: 1, hasColors)[0];
        if (line == _shown)
            return;
        _shown = line;
        terminal.Write(Erase + line);
        terminal.Flush();
    }

    private static Grid Draw(CommandProgress progress)
    {
        var grid = new Grid { Expand = false };
        List<IRenderable> cells = [];
        if (progress.Share is { } share)
        {
            grid.AddColumn(new GridColumn { Width = BarWidth, NoWrap = true, Padding = new Padding(0, 0, 1, 0) });
            cells.Add(new Bar(share));
        }

        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 0, 0) });
        cells.Add(new Text(Describe(progress)) { Overflow = Overflow.Ellipsis });
        return grid.AddRow([.. cells]);
    }

    // What changes its length comes last, so that the rest stays where it is.
    private static string Describe(CommandProgress progress)
    {
        string share = progress.Share is { } done ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(100 * done),3} %  ") : "";
        string left = progress.Left is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time:mm\\:ss} left  ")
            : "";
        return share + left + TextSanitizer.Escape(progress.Text);
    }

    /// <summary>The bar that Spectre.Console draws for its own tasks.</summary>
    private sealed class Bar(double share) : Renderable
    {
        protected override Measurement Measure(RenderOptions options, int maxWidth) => Create(options).Measure(options, maxWidth);

        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => Create(options).Render(options, maxWidth);

        private IRenderable Create(RenderOptions options) => new ProgressBarColumn { Width = BarWidth }.Render(
            options, new ProgressTask(0, nameof(Bar), maxValue: 1) { Value = share }, TimeSpan.Zero);
    }
}
