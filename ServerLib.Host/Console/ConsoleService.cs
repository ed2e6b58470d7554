using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServerLib.Administration;

namespace ServerLib.Cli;

/// <summary>Says where the server listens, and runs the commands that come on standard input, one after the other.</summary>
internal sealed class ConsoleService(
    Surroundings surroundings,
    HostConsole console,
    AdminCommandRunner commands,
    IServerControl server,
    IOptions<ServerOptions> options,
    IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        console.Print(
            $"""
            ServerLib {CommandLine.Version}
            Listening on {server.EndPoint}
            Data in {options.Value.DataDirectory}
            Type 'help' for the commands; 'shutdown' or Ctrl+C stops the server.
            """);
        try
        {
            while (await ReadLineAsync(stoppingToken).ConfigureAwait(false) is { } line)
            {
                CommandOutput output = await commands.RunAsync(line, stoppingToken).ConfigureAwait(false);
                if (output.Text.Length > 0)
                    console.Print(output.Text);
                if (lifetime.ApplicationStopping.IsCancellationRequested)
                    return;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // Nothing can be read: as at the end of the input, the server runs on.
        }
    }

    /// <summary>
    /// The next line; <see langword="null"/> at the end. Reading can't be cancelled, so it has a thread that may be left behind.
    /// </summary>
    private Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        Task.Factory.StartNew(surroundings.In.ReadLine, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellationToken);
}
