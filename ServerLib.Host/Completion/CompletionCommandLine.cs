using System.CommandLine;
using ServerLib.Administration;

namespace ServerLib.Cli.Completion;

/// <summary>The commands <c>completion</c>, which prints a script for a shell, and <c>complete</c>, which the script calls.</summary>
internal static class CompletionCommandLine
{
    private const string About =
        """
        Prints a script that completes commands in a shell

        Example: source <(serverlib completion bash)
        """;

    /// <summary>Adds the commands.</summary>
    /// <param name="root">The program's command.</param>
    /// <param name="output">Gets the script or the words.</param>
    public static void AddTo(Command root, TextWriter output)
    {
        var scripts = new Command("completion", About);
        Add("bash", CompletionScripts.Bash);
        Add("zsh", CompletionScripts.Zsh);
        Add("pwsh", CompletionScripts.Pwsh);
        root.Subcommands.Add(scripts);
        root.Subcommands.Add(CreateComplete(root, output));

        void Add(string shell, string script)
        {
            var command = new Command(shell, $"Prints the script for {shell}");
            command.SetAction(_ =>
            {
                output.WriteLine(script.ReplaceLineEndings("\n"));
                return ExitCode.Done;
            });
            scripts.Subcommands.Add(command);
        }
    }

    private static Command CreateComplete(Command root, TextWriter output)
    {
        var words = new Argument<string[]>("WORD") { Arity = ArgumentArity.ZeroOrMore };
        var complete = new Command("complete", "Prints the words that could complete the last one") { words };
        complete.Hidden = true;
        complete.SetAction(values =>
        {
            foreach (string word in AdminCommandLine.Complete(root, values.GetValue(words) ?? []))
                output.WriteLine(word);
            return ExitCode.Done;
        });
        return complete;
    }
}
