namespace ServerLib.Administration.Commands;

/// <summary>Says something to everyone, in the server's name.</summary>
internal sealed class SayCommand(IMessageRouter router) : IAdminCommand
{
    public string Name => "say";

    public string Argument => "TEXT...";

    public string Summary => $"say something to everyone as {ServerOptions.ServerName}";

    public bool TakesAnyText => true;

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        SendReport report = await router
            .SendToAllAsync(ServerOptions.ServerName, new Message(context.Argument), except: null, cancellationToken)
            .ConfigureAwait(false);
        await context.WriteLineAsync($"said to {Count(report.Delivered)}{(report.Dropped > 0 ? $", not to {report.Dropped}" : "")}")
            .ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static string Count(int connections) => connections == 1 ? "1 connection" : $"{connections} connections";
}
