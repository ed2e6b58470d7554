using System.Runtime.InteropServices;

namespace ServerLib.Cli.Terminal;

/// <summary>The terminal in which the program runs.</summary>
internal sealed class ConsoleTerminal : ITerminal
{
    private const int UsualWidth = 80;
    private const int UsualHeight = 24;

    private Action? _changed;
    private PosixSignalRegistration[] _signals = [];

    public event Action? Changed
    {
        add
        {
            _changed += value;
            if (_signals.Length == 0 && !OperatingSystem.IsWindows())
                _signals = [.. new[] { PosixSignal.SIGWINCH, PosixSignal.SIGCONT }.Select(s => PosixSignalRegistration.Create(s, _ => _changed?.Invoke()))];
        }

        remove => _changed -= value;
    }

    /// <summary>
    /// The terminal for questions and answers; <see langword="null"/> if standard input, or both standard output and standard error, are
    /// redirected.
    /// </summary>
    public static ConsoleTerminal? FindKeyboard() =>
        System.Console.IsInputRedirected || (System.Console.IsOutputRedirected && System.Console.IsErrorRedirected) ? null : new ConsoleTerminal();

    /// <summary>The terminal; <see langword="null"/> if standard input or output is redirected, or the terminal cannot move its cursor.</summary>
    public static ConsoleTerminal? Find() =>
        System.Console.IsInputRedirected || System.Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") is "dumb" or ""
            ? null
            : new ConsoleTerminal();

    public int Width => SizeOr(UsualWidth, () => System.Console.WindowWidth);

    public int Height => SizeOr(UsualHeight, () => System.Console.WindowHeight);

    public bool IsInForeground => JobControl.IsInForeground;

    public void StopEcho(bool takesControlC)
    {
        try
        {
            // The framework changes the terminal's settings, even if the value is the same.
            System.Console.TreatControlCAsInput = takesControlC;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // The terminal is gone. Reading a key reports it.
        }
    }

    public ConsoleKeyInfo? ReadKey(bool takesControlC)
    {
        try
        {
            if (System.Console.TreatControlCAsInput != takesControlC)
                System.Console.TreatControlCAsInput = takesControlC;
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
