namespace ServerLib.Cli.Terminal;

/// <summary>The terminal in which the program runs.</summary>
internal sealed class ConsoleTerminal : ITerminal
{
    private const int UsualWidth = 80;
    private const int UsualHeight = 24;

    /// <summary>The terminal; <see langword="null"/> if standard input or output is redirected.</summary>
    public static ConsoleTerminal? Find() =>
        System.Console.IsInputRedirected || System.Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") == "dumb"
            ? null
            : new ConsoleTerminal();

    public int Width => SizeOr(UsualWidth, () => System.Console.WindowWidth);

    public int Height => SizeOr(UsualHeight, () => System.Console.WindowHeight);

    public ConsoleKeyInfo? ReadKey()
    {
        try
        {
            System.Console.TreatControlCAsInput = true;
            return System.Console.ReadKey(intercept: true);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            return null;
        }
    }

    public void Write(string text)
    {
        System.Console.Out.Write(text);
        System.Console.Out.Flush();
    }

    private static int SizeOr(int usual, Func<int> read)
    {
        try
        {
            return read() is > 0 and var size ? size : usual;
        }
        catch (IOException)
        {
            return usual;
        }
    }
}
