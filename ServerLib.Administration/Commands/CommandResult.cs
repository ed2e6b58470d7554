namespace ServerLib.Cli;

/// <summary>What a command came to.</summary>
/// <param name="Exit">One of <see cref="ExitCode"/>.</param>
/// <param name="Text">What is to be read, without a line end at its end; the data as JSON where <c>--json</c> asked for it.</param>
/// <param name="Data">The answer as data, where there is some.</param>
internal sealed record CommandResult(int Exit, string Text, object? Data = null)
{
    /// <summary>Whether the text is the data as JSON.</summary>
    public bool IsJson { get; init; }
}
