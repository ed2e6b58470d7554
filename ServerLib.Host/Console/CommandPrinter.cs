namespace ServerLib.Cli;

/// <summary>Prints the output of admin commands: answers to standard output, errors to standard error.</summary>
internal sealed class CommandPrinter(HostConsole console, CommandFormat format)
{
    public void Print(CommandOutput output)
    {
        string[] lines = [.. format.LinesOf(output)];
        if (lines.Length == 0)
            return;
        if (output.IsAnswer)
            console.Print(string.Join('\n', lines));
        else
            console.PrintError(string.Join('\n', lines));
    }
}
