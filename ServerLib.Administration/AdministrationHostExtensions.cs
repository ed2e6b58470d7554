using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ServerLib;
using ServerLib.Administration;
using ServerLib.Administration.Parsing;

namespace Microsoft.Extensions.Hosting;

/// <summary>Gives an application with a server a command line.</summary>
public static class AdministrationHostExtensions
{
    /// <summary>
    /// Runs an admin command if the arguments begin with one, such as <c>user add ada --generate</c>. Otherwise runs the application until it is
    /// stopped, as <c>RunAsync</c> does. The commands are those of ServerLib and of <c>AddCommand</c>. While the server runs, they are sent to its
    /// admin socket. Otherwise they work on its files.
    /// </summary>
    /// <param name="host">The application, which has a server with <c>AddAdministration</c> and is not started.</param>
    /// <param name="args">The program's arguments.</param>
    /// <param name="cancellationToken">Stops the application, or cancels the command.</param>
    /// <returns>The exit code of the command, one of <see cref="ExitCode"/>; 0 after the application was stopped.</returns>
    public static Task<int> RunCommandLineAsync(this IHost host, string[] args, CancellationToken cancellationToken = default) => RunCommandLineAsync(
        host,
        args,
        new ConsoleAdminTerminal(),
        output => (output.IsAnswer ? Console.Out : Console.Error).WriteLine(output.Text),
        cancellationToken);

    internal static async Task<int> RunCommandLineAsync(
        IHost host, string[] args, IAdminTerminal terminal, Action<CommandOutput> print, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(args);
        CommandTree tree = host.Services.GetRequiredService<AdminCommandRunner>().Tree;
        if (args is ["help"])
            args = ["--help"];
        else if (args is ["help", .. var explained])
            args = [.. explained, "--help"];
        if (args is not [var first, ..] || !(first == "--help" || tree.Top.Any(command => command.Name == first)))
        {
            await host.RunAsync(cancellationToken).ConfigureAwait(false);
            return ExitCode.Done;
        }

        var commandLine = new AdminCommandLine(new AdminCommandLineOptions
        {
            FindDataFolder = _ => Path.GetFullPath(host.Services.GetRequiredService<IOptions<ServerOptions>>().Value.DataDirectory),
            OpenFiles = _ => host,
            Terminal = terminal,
            Print = print,
            Commands = [.. host.Services.GetServices<AdminCommand>()],
        });
        var root = new RootCommand("Without a command, the server runs.");
        commandLine.AddTo(root);
        ParseResult values = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        return values is { CommandResult.Command: AdminCommand, Action: not System.CommandLine.Help.HelpAction }
            ? await commandLine.RunAsync(values, cancellationToken).ConfigureAwait(false)
            : await values.InvokeAsync(cancellationToken: cancellationToken).ConfigureAwait(false) == 0 ? ExitCode.Done : ExitCode.WrongUsage;
    }
}
