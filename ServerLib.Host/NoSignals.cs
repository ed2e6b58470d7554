using Microsoft.Extensions.Hosting;

namespace ServerLib.Cli;

/// <summary>A lifetime that leaves signals to others.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
