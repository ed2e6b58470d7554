namespace ServerLib.Cli.Terminal;

/// <summary>The terminal in which the program runs.</summary>
internal sealed class ConsoleTerminal : ITerminal
{
    private const int UsualWidth = 80;

    /// <summary>The terminal; <see langword="null"/> if standard input or output is redirected.</summary>
    public static ConsoleTerminal? Find() =>
        System.Console.IsInputRedirected || System.Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") == "dumb"
            ? null
            : new ConsoleTerminal();

    public int Width
    {
        get
        {
            try
            {
                return System.Console.WindowWidth is > 0 and var width ? width : UsualWidth;
            }
            catch (IOException)
            {
                return UsualWidth;
            }
        }
    }

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
}
