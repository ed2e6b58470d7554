namespace ServerLib.Administration.Commands;

/// <summary>One run of a command: the argument, the caller and the output.</summary>
/// <param name="argument">The text after the command's name; empty if there is none.</param>
/// <param name="caller">Who runs the command.</param>
/// <param name="output">Gets the output.</param>
internal sealed class CommandContext(string argument, CommandCaller caller, TextWriter output)
{
    public string Argument => argument;

    public CommandCaller Caller => caller;

    /// <summary>The output as data, which <c>--json</c> prints; <see langword="null"/> if the command has none.</summary>
    public object? Data { get; set; }

    /// <summary>Whether JSON is requested instead of text.</summary>
    public bool AsJson { get; set; }

    /// <summary>Splits a text into words.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The maximum number of words; the last one contains the rest of the text.</param>
    public static string[] Words(string text, int most = int.MaxValue) =>
        text.Split((char[]?)null, most, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Writes a line of output. Control characters are escaped: most lines contain names from clients.</summary>
    public ValueTask WriteLineAsync(string line) => new(output.WriteLineAsync(TextSanitizer.Escape(line)));

    public async ValueTask WriteLinesAsync(IEnumerable<string> lines)
    {
        foreach (string line in lines)
            await WriteLineAsync(line).ConfigureAwait(false);
    }

    /// <summary>Writes the output of a list: the table, or a line that says that there is nothing to list.</summary>
    public async ValueTask<int> ListAsync(TextTable table, string nothing)
    {
        if (table.IsEmpty)
            await WriteLineAsync(nothing).ConfigureAwait(false);
        await WriteLinesAsync(table.Lines()).ConfigureAwait(false);
        return ExitCode.Done;
    }

    /// <summary>Writes the last line of a command that was successful.</summary>
    public async ValueTask<int> DoneAsync(string line)
    {
        await WriteLineAsync(line).ConfigureAwait(false);
        return ExitCode.Done;
    }

    /// <summary>Writes why the command is not run.</summary>
    /// <returns><paramref name="exit"/>.</returns>
    public async ValueTask<int> RefuseAsync(int exit, string reason)
    {
        await WriteLineAsync(reason).ConfigureAwait(false);
        return exit;
    }

    public ValueTask<int> UsageAsync(IAdminCommand command) => RefuseAsync(ExitCode.WrongUsage, CommandParser.UsageOf(command));

    public ValueTask<int> NoSuchAccountAsync(string name) => RefuseAsync(ExitCode.NotFound, $"there is no account {name}");

    /// <summary>Refuses a command with which an admin would lose access to the server.</summary>
    public ValueTask<int> OwnAccountAsync() =>
        RefuseAsync(ExitCode.WrongUsage, "you cannot do this to your own account; ask another admin, or use the server's console");

    public ValueTask<int> BusyAsync() => RefuseAsync(ExitCode.CouldNotRun, "the server is busy; try again");
}
