using System.Collections.Concurrent;
using ServerLib.Cli.Terminal;

namespace ServerLib.Tests.Cli.Terminal;

/// <summary>A terminal whose keys the test presses.</summary>
internal sealed class FakeTerminal : ITerminal
{
    private readonly BlockingCollection<ConsoleKeyInfo?> _keys = [];

    /// <summary>All that was written, escape sequences included.</summary>
    public Transcript Screen { get; } = new();

    public int Width { get; set; } = 80;

    public int Height { get; set; } = 24;

    public ConsoleKeyInfo? ReadKey() => _keys.Take();

    public void Write(string text) => Screen.Write(text);

    public void Type(string text)
    {
        foreach (char c in text)
            _keys.Add(Keys.Of(c));
    }

    public void Press(ConsoleKey key, bool control = false) => _keys.Add(Keys.Of(key, control));

    /// <summary>There are no more keys.</summary>
    public void HangUp() => _keys.Add(null);
}
