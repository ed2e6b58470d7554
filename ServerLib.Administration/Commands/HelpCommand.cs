namespace ServerLib.Administration.Commands;

/// <summary>Lists the commands, or explains one.</summary>
/// <param name="commands">All commands, this one included.</param>
internal sealed class HelpCommand(IReadOnlyList<IAdminCommand> commands) : IAdminCommand
{
    public string Name => "help";

    public string Argument => "[COMMAND]";

    public string Summary => "list the commands, or explain one";

    public string Example => "help ban";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Argument.Length > 0)
            return await ExplainAsync(context, context.Argument).ConfigureAwait(false);
        var table = new TextTable();
        foreach (IAdminCommand command in commands.OrderBy(command => command.Name, StringComparer.Ordinal))
            table.Add($"{command.Name} {command.Argument}".TrimEnd(), command.Summary);
        return await context.ListAsync(table, "").ConfigureAwait(false);
    }

    private async ValueTask<int> ExplainAsync(CommandContext context, string name)
    {
        if (commands.FirstOrDefault(command => command.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } command)
            return await context.RefuseAsync(ExitCode.WrongUsage, CommandParser.UnknownCommand(name, commands)).ConfigureAwait(false);
        string help = await command.GetHelpAsync().ConfigureAwait(false);
        await context.WriteLinesAsync(help.ReplaceLineEndings("\n").Split('\n')).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
