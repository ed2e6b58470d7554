using System.Collections.Concurrent;
using ServerLib.Cli.Terminal;

namespace ServerLib.Tests.Cli.Terminal;

/// <summary>A terminal whose keys the test presses.</summary>
internal sealed class FakeTerminal : ITerminal
{
    private readonly BlockingCollection<ConsoleKeyInfo?> _keys = [];

    /// <summary>All that was written, escape sequences included.</summary>
    public Transcript Screen { get; } = new();

    /// <summary>Whether the terminal shows what is typed.</summary>
    public bool HasEcho { get; private set; } = true;

    /// <summary>What was written before the echo was stopped.</summary>
    public string WrittenWithEcho { get; private set; } = "";

    public int Width { get; set; } = 80;

    public int Height { get; set; } = 24;

    public bool IsInForeground { get; set; } = true;

    public event Action? Changed;

    public void StopEcho(bool takesControlC) => HasEcho = false;

    public ConsoleKeyInfo? ReadKey(bool takesControlC) => _keys.Take();

    /// <summary>The window has another size, or the process continues.</summary>
    public void Change() => Changed?.Invoke();

    public void Write(string text)
    {
        if (HasEcho)
            WrittenWithEcho += text;
        Screen.Write(text);
    }

    public void Type(string text)
    {
        foreach (char c in text)
            _keys.Add(Keys.Of(c));
    }

    public void Press(ConsoleKey key, bool control = false) => _keys.Add(Keys.Of(key, control));

    /// <summary>There are no more keys.</summary>
    public void HangUp() => _keys.Add(null);
}
