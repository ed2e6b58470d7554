using Microsoft.Extensions.Hosting;

namespace ServerLib.Administration.Commands;

/// <summary>Stops the application, and the server with it.</summary>
internal sealed class ShutdownCommand : AdminCommand
{
    public ShutdownCommand()
        : base("shutdown", "Stops the server: says goodbye to everyone, and saves all data")
    {
    }

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        request.Service<IHostApplicationLifetime>().StopApplication();
        return Task.FromResult(ExitCode.Done);
    }
}
