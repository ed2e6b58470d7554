namespace ServerLib.Cli.Watch;

/// <summary>Plots numbers with Braille characters, each of which has two dots in a row and four in a column.</summary>
internal static class BraillePlot
{
    /// <summary>The number of dots in the width of a character.</summary>
    public const int DotsAcross = 2;

    private const int DotsDown = 4;
    private const char Empty = '\u2800';

    private static readonly double[] Round = [1, 2, 5, 10];

    // The dots of a character, from the bottom to the top.
    private static readonly int[] Left = [0x40, 0x04, 0x02, 0x01];
    private static readonly int[] Right = [0x80, 0x20, 0x10, 0x08];

    /// <summary>The lines of a plot, from top to bottom. The last number is at the right.</summary>
    /// <param name="values">The numbers, of which none is negative.</param>
    /// <param name="span">How many numbers the width stands for. Where there are none, the plot is empty.</param>
    /// <param name="top">The number at the top of the plot.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="height">The number of lines.</param>
    public static string[] Draw(IReadOnlyList<double> values, int span, double top, int width, int height)
    {
        int[] levels = Levels(values, span, top, width * DotsAcross, height * DotsDown);
        var lines = new string[height];
        for (int line = 0; line < height; line++)
        {
            int below = (height - 1 - line) * DotsDown;
            lines[line] = string.Create(width, (levels, below), static (characters, plot) =>
            {
                for (int i = 0; i < characters.Length; i++)
                {
                    int left = Fill(Left, plot.levels[i * DotsAcross] - plot.below);
                    int right = Fill(Right, plot.levels[i * DotsAcross + 1] - plot.below);
                    characters[i] = (char)(Empty + left + right);
                }
            });
        }

        return lines;
    }

    /// <summary>A round number that is not below any of the values.</summary>
    public static double TopOf(IReadOnlyList<double> values)
    {
        double most = values.Count == 0 ? 0 : values.Max();
        if (most <= 1)
            return 1;
        double power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return Round.Select(factor => factor * power).First(round => round >= most);
    }

    /// <summary>The height of each column of dots. A column stands for several numbers; their highest one counts.</summary>
    private static int[] Levels(IReadOnlyList<double> values, int span, double top, int columns, int rows)
    {
        int[] levels = new int[columns];
        for (int column = 0; column < columns; column++)
        {
            // From the right, so that the newest numbers are complete.
            int end = values.Count - (int)((long)(columns - 1 - column) * span / columns);
            int start = Math.Max(0, values.Count - (int)((long)(columns - column) * span / columns));
            double most = 0;
            for (int i = start; i < end; i++)
                most = Math.Max(most, values[i]);

            // A value above zero always shows at least one dot.
            levels[column] = most > 0 ? Math.Clamp((int)Math.Round(most / top * rows), 1, rows) : 0;
        }

        return levels;
    }

    private static int Fill(int[] dots, int level)
    {
        int filled = 0;
        for (int i = 0; i < Math.Min(level, DotsDown); i++)
            filled |= dots[i];
        return filled;
    }
}
