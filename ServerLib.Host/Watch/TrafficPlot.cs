using Spectre.Console;
using Spectre.Console.Rendering;

namespace ServerLib.Cli.Watch;

/// <summary>One of the plots of <c>watch</c>: a title with the current number, and the numbers of up to ten minutes.</summary>
/// <param name="title">The title.</param>
/// <param name="read">Reads the number from a sample.</param>
/// <param name="show">Formats a number.</param>
/// <param name="color">The color of the plot.</param>
internal sealed class TrafficPlot(string title, Func<TrafficSample, double> read, Func<double, string> show, Color color)
{
    private const int Seconds = 600;

    /// <summary>Draws the plot. If there is only one line, it has the numbers alone.</summary>
    public IRenderable Draw(IReadOnlyList<TrafficSample> samples, int width, int height)
    {
        double[] values = [.. samples.Select(read)];
        string now = Fitting.Cut($"{title} {show(values.LastOrDefault())}", width - 1);
        string most = $"max {show(values.Length == 0 ? 0 : values.Max())}";
        int gap = width - 1 - now.Length - most.Length;
        Paragraph head = new Paragraph().Append(now, new Style(decoration: Decoration.Bold));
        if (gap > 0)
            head.Append(new string(' ', gap) + most, new Style(decoration: Decoration.Dim));

        // A dot is at least a second, so that a server that has just started has a plot, too.
        int span = Math.Min(Seconds, Math.Max(values.Length, BraillePlot.DotsAcross * (width - 1)));
        string[] lines = height > 1 ? BraillePlot.Draw(values, span, BraillePlot.TopOf(values), width - 1, height - 1) : [];
        return new Rows([head, .. lines.Select(line => new Text(line, new Style(color)))]);
    }
}
