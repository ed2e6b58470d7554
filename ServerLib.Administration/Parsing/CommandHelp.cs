using System.CommandLine;

namespace ServerLib.Administration.Parsing;

/// <summary>The help of commands: what System.CommandLine prints for <c>--help</c>.</summary>
internal static class CommandHelp
{
    public static async Task<string> OfAsync(ParseResult result, CancellationToken cancellationToken)
    {
        using var output = new StringWriter();
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = output,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        await result.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        return output.ToString().ReplaceLineEndings("\n").TrimEnd();
    }

    /// <summary>A list of all commands.</summary>
    public static AdminTable List(CommandTree tree)
    {
        var table = new AdminTable("COMMAND", "WHAT IT DOES");
        foreach (AdminCommand command in tree.All.Where(command => !command.Hidden))
            table.Add(Usage(command), Summary(command));
        return table;
    }

    /// <summary>The command with its arguments.</summary>
    public static string Usage(AdminCommand command)
    {
        IEnumerable<string> arguments = command.Arguments.Where(a => !a.Hidden)
            .Select(a => (a.Arity.MinimumNumberOfValues == 0 ? $"[{a.HelpName ?? a.Name}]" : a.HelpName ?? a.Name)
                + (a.Arity.MaximumNumberOfValues > 1 ? "..." : ""));
        return string.Join(' ', arguments.Prepend(command.FullName));
    }

    private static string Summary(AdminCommand command) => (command.Description ?? "").Split('\n')[0].Trim();
}
