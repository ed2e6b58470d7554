namespace ServerLib.Cli;

/// <summary>Prints the output of admin commands: answers to standard output, errors to standard error.</summary>
internal sealed class CommandPrinter(HostConsole console)
{
    public void Print(CommandOutput output)
    {
        if (output.Text.Length == 0)
            return;
        if (output.IsAnswer)
            console.Print(output.Text);
        else
            console.PrintError(output.Text);
    }
}
