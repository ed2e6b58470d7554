using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Lifts a ban.</summary>
internal sealed class UnbanCommand(ConnectionServer server) : IAdminCommand
{
    public string Name => "unban";

    public string Argument => "NAME|ADDRESS|RANGE";

    public string Summary => "lift a ban";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (!server.CanUnban(context.Argument, out _, out string? problem))
            return await context.RefuseAsync(ExitCode.WrongUsage, problem).ConfigureAwait(false);
        string what = TextSanitizer.Escape(context.Argument);
        bool wasBanned = await server.UnbanAsync(context.Argument, context.Caller.Name, context.Caller.Address, cancellationToken)
            .ConfigureAwait(false);
        await context.WriteLineAsync(wasBanned ? $"unbanned {what}" : $"there is no ban of {what}; 'bans' lists them").ConfigureAwait(false);
        return wasBanned ? ExitCode.Done : ExitCode.NotFound;
    }
}
