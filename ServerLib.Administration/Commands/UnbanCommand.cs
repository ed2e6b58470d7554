namespace ServerLib.Administration.Commands;

/// <summary>Lifts a ban.</summary>
internal sealed class UnbanCommand(IServerControl server) : IAdminCommand
{
    public string Name => "unban";

    public string Argument => "NAME|ADDRESS|RANGE";

    public string Summary => "lift a ban";

    public string Example => "unban 203.0.113.0/24";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string target = context.Argument;
        if (!server.CanUnban(target, out _, out string? problem))
            return await context.RefuseAsync(ExitCode.WrongUsage, problem).ConfigureAwait(false);
        return await server.UnbanAsync(target, context.Caller.Name, context.Caller.Address, cancellationToken).ConfigureAwait(false)
            ? await context.DoneAsync($"unbanned {target}").ConfigureAwait(false)
            : await context.RefuseAsync(ExitCode.NotFound, $"there is no ban of {target}; 'bans' lists the bans").ConfigureAwait(false);
    }
}
