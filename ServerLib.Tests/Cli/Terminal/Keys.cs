namespace ServerLib.Tests.Cli.Terminal;

internal static class Keys
{
    /// <summary>The key that types a character: <c>\n</c> is Enter, <c>\t</c> Tab.</summary>
    public static ConsoleKeyInfo Of(char c) => c switch
    {
        '\n' => Of(ConsoleKey.Enter),
        '\t' => Of(ConsoleKey.Tab),
        _ => new(c, default, false, false, false),
    };

    public static ConsoleKeyInfo Of(ConsoleKey key, bool control = false) => new('\0', key, false, false, control);
}
