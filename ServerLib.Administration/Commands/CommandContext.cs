namespace ServerLib.Administration.Commands;

/// <summary>One run of a command: who asks for what, and what is answered.</summary>
/// <param name="argument">What follows the name; empty where nothing does.</param>
/// <param name="caller">Who asks.</param>
/// <param name="output">What the caller sees.</param>
internal sealed class CommandContext(string argument, CommandCaller caller, TextWriter output)
{
    public string Argument => argument;

    public CommandCaller Caller => caller;

    /// <summary>The answer as data, where there is some: what <c>--json</c> prints.</summary>
    public object? Data { get; set; }

    /// <summary>Whether the data is asked for instead of the text.</summary>
    public bool AsJson { get; set; }

    /// <summary>Parts a text into words; of more than <paramref name="most"/> the last has all the rest.</summary>
    public static string[] Words(string text, int most = int.MaxValue) =>
        text.Split((char[]?)null, most, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public ValueTask WriteLineAsync(string line) => new(output.WriteLineAsync(line));

    /// <summary>Says why what was asked for isn't done.</summary>
    /// <returns><paramref name="exit"/>.</returns>
    public async ValueTask<int> RefuseAsync(int exit, string why)
    {
        await WriteLineAsync(why).ConfigureAwait(false);
        return exit;
    }
}
