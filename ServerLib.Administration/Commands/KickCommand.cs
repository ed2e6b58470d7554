namespace ServerLib.Administration.Commands;

/// <summary>Ends a user's connections.</summary>
internal sealed class KickCommand(IServerControl server) : IAdminCommand
{
    public string Name => "kick";

    public string Argument => "NAME";

    public string Summary => "end all connections of a user";

    public string? Details => "The user can log in again; use ban or lock to prevent this.";

    public string Example => "kick ada";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<Connection> kicked = server.Kick(context.Argument, actor: context.Caller.Name);
        if (kicked.Count == 0)
            return await context.RefuseAsync(ExitCode.NotFound, $"{context.Argument} is not connected").ConfigureAwait(false);
        await context.WriteLinesAsync(kicked.Select(connection => $"kicked {connection.Client}")).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
