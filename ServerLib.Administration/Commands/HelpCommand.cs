using System.CommandLine;
using ServerLib.Administration.Parsing;

namespace ServerLib.Administration.Commands;

/// <summary>Lists the commands, or explains one.</summary>
internal sealed class HelpCommand : AdminCommand
{
    private readonly Argument<string[]> _words = new("COMMAND") { Description = "The command to explain", Arity = ArgumentArity.ZeroOrMore };

    public HelpCommand()
        : base("help", "Lists the commands, or explains one", CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_words);
        IsAudited = false;
        WorksWithoutData = true;
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string[] words = request.Get(_words) ?? [];
        if (words.Length == 0)
        {
            request.Data = request.Commands.All.Where(command => !command.Hidden).Select(command => new { command = command.FullName, description = command.Description });
            return request.List(CommandHelp.List(request.Commands), "");
        }

        if (request.Commands.Parse([.. words, "--help"]) is not { } explained)
            return request.Refuse(ExitCode.NotApplicable, CommandProblems.UnknownCommand(words[0], request.Commands.Top.Select(c => c.Name)));
        foreach (string line in (await CommandHelp.OfAsync(explained, cancellationToken).ConfigureAwait(false)).Split('\n'))
            request.WriteLine(line);
        return ExitCode.Done;
    }
}
