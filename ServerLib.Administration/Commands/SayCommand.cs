namespace ServerLib.Administration.Commands;

/// <summary>Sends a message to everyone in the server's name.</summary>
internal sealed class SayCommand(IMessageRouter router) : IAdminCommand
{
    public string Name => "say";

    public string Argument => "TEXT...";

    public string Summary => $"send a message to everyone, as {ServerOptions.ServerName}";

    public string Example => "say The server restarts in five minutes.";

    public bool TakesAnyText => true;

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        SendReport report = await router
            .SendToAllAsync(ServerOptions.ServerName, new Message(context.Argument), except: null, cancellationToken)
            .ConfigureAwait(false);
        string dropped = report.Dropped > 0 ? $"; {Count.Of(report.Dropped, "connection")} could not get it" : "";
        return await context.DoneAsync($"sent to {Count.Of(report.Delivered, "connection")}{dropped}").ConfigureAwait(false);
    }
}
