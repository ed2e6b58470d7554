using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServerLib.Administration;
using ServerLib.Cli.Terminal;

namespace ServerLib.Cli;

/// <summary>Prints where the server listens, and runs the commands from standard input, one after the other.</summary>
internal sealed class ConsoleService(
    Surroundings surroundings,
    HostConsole console,
    AdminCommandRunner commands,
    PipedCommands piped,
    IServerControl server,
    IOptions<ServerOptions> options,
    IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        console.Print(
            $"""
            ServerLib {CommandLine.Version}
            Listening on {string.Join(", ", server.EndPoints)}
            Data in {options.Value.DataDirectory}
            Type 'help' to list the commands; 'shutdown' or Ctrl+C stops the server.
            """);
        var terminal = new HostAdminTerminal(new PlainLineConsole(surroundings.In, console), surroundings.In, surroundings.CurrentDirectory);
        var shell = new AdminShell(terminal, commands);
        var printer = new CommandPrinter(console);
        try
        {
            while (await ReadLineAsync(stoppingToken).ConfigureAwait(false) is { } line)
            {
                CommandOutput output = await shell.RunAsync(line, stoppingToken).ConfigureAwait(false);
                printer.Print(output);
                if (surroundings.Terminal is null)
                    piped.Add(output.Exit);
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
            // Standard input cannot be read. The server continues, as at the end of the input.
        }
    }

    /// <summary>
    /// Reads the next line; <see langword="null"/> at the end. Reading cannot be canceled, so it has its own thread, which may outlive the service.
    /// </summary>
    private Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        Task.Factory.StartNew(surroundings.In.ReadLine, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellationToken);
}
