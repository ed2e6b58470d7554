using Microsoft.Extensions.Hosting;

namespace ServerLib.Administration.Commands;

/// <summary>Stops the server.</summary>
internal sealed class ShutdownCommand(IHostApplicationLifetime lifetime) : IAdminCommand
{
    public string Name => "shutdown";

    public string? Argument => null;

    public string Summary => "say good-bye to everyone, save and end";

    public ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        lifetime.StopApplication();
        return new(ExitCode.Done);
    }
}
