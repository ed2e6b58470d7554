namespace ServerLib.Host;

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

    public ValueTask WriteLineAsync(string line) => new(output.WriteLineAsync(line));
}
