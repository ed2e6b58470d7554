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
    private const string Prompt = "serverlib> ";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        console.Print(
            $"""
            ServerLib {CommandLine.Version}
            Listening on {string.Join(", ", server.EndPoints)}
            Data in {options.Value.DataDirectory}
            Type 'help' to list the commands; 'shutdown' or Ctrl+C stops the server.
            """);
        ILineConsole input = console.Screen ?? (ILineConsole)new PlainLineConsole(surroundings.In, console, surroundings.Keyboard);
        var shell = new AdminShell(new HostAdminTerminal(input, surroundings.In, surroundings), commands);
        var printer = new CommandPrinter(console, surroundings.Format);
        if (console.Screen is { } screen)
            screen.Complete = shell.Complete;
        try
        {
            while (await input.ReadLineAsync(Prompt, stoppingToken).ConfigureAwait(false) is { } line)
            {
                CommandOutput output = await shell.RunAsync(line, stoppingToken).ConfigureAwait(false);
                printer.Print(output);
                if (surroundings.Terminal is null)
                    piped.Add(output.Exit);
                if (lifetime.ApplicationStopping.IsCancellationRequested)
                    return;
            }

            if (input.CanPrompt)
                console.Print("This console is closed, and the server goes on. Ctrl+C and 'serverlib shutdown' stop it.");
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // Standard input cannot be read. The server continues, as at the end of the input.
        }
        finally
        {
            input.Close();
        }
    }
}
