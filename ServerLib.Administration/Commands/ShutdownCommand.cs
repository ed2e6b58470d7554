using Microsoft.Extensions.Hosting;

namespace ServerLib.Administration.Commands;

/// <summary>Stops the application, and the server with it.</summary>
internal sealed class ShutdownCommand(IHostApplicationLifetime lifetime) : IAdminCommand
{
    public string Name => "shutdown";

    public string? Argument => null;

    public string Summary => "stop the server: say goodbye to everyone, and save all data";

    public string? Details => "Ctrl+C, SIGTERM and SIGHUP do the same.";

    public string Example => "shutdown";

    public ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        lifetime.StopApplication();
        return new(ExitCode.Done);
    }
}
