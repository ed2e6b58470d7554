using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServerLib.Administration;
using ServerLib.Cli.Chat;
using ServerLib.Cli.Service;
using ServerLib.Cli.Terminal;

namespace ServerLib.Cli;

/// <summary>The program: from its arguments to its exit code.</summary>
internal static class HostProgram
{
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Surroundings surroundings, CancellationToken cancellationToken)
    {
        using var console = new HostConsole(
            surroundings.Out, surroundings.Error, Journal.IsStandardError(surroundings.Variables), surroundings.IsOutputRedirected);
        try
        {
            var commandLine = new CommandLine(new CommandLineActions
            {
                Serve = (arguments, token) => ServeAsync(arguments, surroundings, console, token),
                Connect = (arguments, token) => ChatProgram.RunAsync(arguments, surroundings, console, token),
                FindDataFolder = arguments => HostConfiguration.DataFolder(arguments, surroundings),
                OpenFiles = arguments => Build(
                    () => HostSetup.BuildForFiles(HostConfiguration.Read(arguments, surroundings), arguments, surroundings, console)),
                Terminal = new HostAdminTerminal(
                    LineConsole(surroundings, console),
                    surroundings.In,
                    surroundings,
                    console.Print,
                    surroundings.Out,
                    Progress(surroundings)),
                Surroundings = surroundings,
                Print = output =>
                {
                    console.WaitsForReader = true;
                    new CommandPrinter(console, surroundings.Format).Print(output);
                },
            });
            return await commandLine.InvokeAsync(args, surroundings.Out, surroundings.Error, cancellationToken).ConfigureAwait(false);
        }
        catch (WrongUsageException e)
        {
            Print(e.Problems, args, console);
            return ExitCode.WrongUsage;
        }
        catch (Exception e)
        {
            console.PrintError($"The program failed: {PlainCause.Of(e)}");
            return ExitCode.CouldNotRun;
        }
    }

    private static void Print(IReadOnlyList<string> problems, string[] args, HostConsole console)
    {
        if (args.Contains("--json"))
        {
            console.PrintError(JsonSerializer.Serialize(new { error = string.Join('\n', problems), exit = ExitCode.WrongUsage }));
            return;
        }

        foreach (string problem in problems)
            console.PrintError(problem);
        console.PrintError("'serverlib --help' lists the options.");
    }

    private static async Task<int> ServeAsync(
        CommandLine.Arguments arguments, Surroundings surroundings, HostConsole console, CancellationToken cancellationToken)
    {
        if (surroundings.Terminal is { } terminal)
            console.ShowOn(new InputScreen(terminal, takesControlC: false), alsoErrors: !surroundings.IsErrorRedirected);
        using IHost host = await BuildAsync(arguments, surroundings, console).ConfigureAwait(false);
        using SecondSignal? second = surroundings.HandlesSignals ? new SecondSignal(Environment.Exit) : null;
        using PosixSignalRegistration? hangUp = surroundings.HandlesSignals ? HandleHangUp(host) : null;
        int started = await StartAsync(host, console, cancellationToken).ConfigureAwait(false);
        if (started != ExitCode.Done)
            return started;
        if (IsStopping(host, cancellationToken))
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        else
            await host.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        return FindFault(host) is { } fault ? Report(fault, console) : host.Services.GetRequiredService<PipedCommands>().Exit;
    }

    /// <summary>Why a part of the program has failed and stopped the server; <see langword="null"/> if none has.</summary>
    private static AggregateException? FindFault(IHost host) => host.Services.GetServices<IHostedService>().OfType<BackgroundService>()
        .Select(service => service.ExecuteTask?.Exception).FirstOrDefault(fault => fault is not null);

    private static int Report(AggregateException fault, HostConsole console)
    {
        console.PrintError($"The server has stopped: {PlainCause.Of(fault)}");
        return ExitCode.CouldNotRun;
    }

    private static ILineConsole LineConsole(Surroundings surroundings, HostConsole console) => surroundings.Terminal is { } terminal
        ? new InputScreen(terminal)
        : new PlainLineConsole(surroundings.In, console, surroundings.Keyboard);

    /// <summary>On standard error, so that the output can go elsewhere.</summary>
    private static ProgressLine? Progress(Surroundings surroundings) => surroundings is { Terminal: { } terminal, IsErrorRedirected: false }
        ? new ProgressLine(surroundings.Error, () => terminal.Width, surroundings.HasColors)
        : null;

    private static async Task<IHost> BuildAsync(CommandLine.Arguments arguments, Surroundings surroundings, HostConsole console)
    {
        try
        {
            return Build(() => HostSetup.Build(HostConfiguration.Read(arguments, surroundings), arguments, surroundings, console));
        }
        catch (WrongUsageException e)
        {
            await RecordAsync(e.Problems, arguments, surroundings).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task RecordAsync(IReadOnlyList<string> problems, CommandLine.Arguments arguments, Surroundings surroundings)
    {
        try
        {
            await AuditTrail.RecordRefusedConfigurationAsync(HostConfiguration.DataFolder(arguments, surroundings), problems).ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            // The data folder is one of the problems: it is not a valid path.
        }
    }

    private static IHost Build(Func<IHost> build)
    {
        try
        {
            IHost host = build();
            _ = Options(host);
            return host;
        }
        catch (OptionsValidationException e)
        {
            throw new WrongUsageException(e.Failures);
        }
    }

    /// <returns><see cref="ExitCode.Done"/> if the server has started, or was stopped meanwhile. Otherwise the error is printed.</returns>
    private static async Task<int> StartAsync(IHost host, HostConsole console, CancellationToken cancellationToken)
    {
        try
        {
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (IsStopping(host, cancellationToken))
        {
            return ExitCode.Done;
        }
        catch (Exception e)
        {
            console.PrintError($"The server cannot start: {PlainCause.Of(e)}");
            return e is ServerLibException { IsConfiguration: true } ? ExitCode.WrongUsage : ExitCode.CouldNotRun;
        }
    }

    /// <summary>
    /// Stops the server when the terminal is closed from which it was started, as on SIGTERM. Without a terminal, SIGHUP reloads the
    /// configuration. The framework handles the other signals.
    /// </summary>
    private static PosixSignalRegistration HandleHangUp(IHost host)
    {
        bool hasTerminal = JobControl.HasTerminal;
        return PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            if (hasTerminal)
                host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            else
                _ = ReloadAsync(host.Services);
        });
    }

    private static async Task ReloadAsync(IServiceProvider services)
    {
        ServiceNotifications? systemd = services.GetService<ServiceNotifications>();
        systemd?.Reloading();
        try
        {
            await services.GetRequiredService<ConfigurationReload>().RunAsync("SIGHUP", address: "", CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            systemd?.Reloaded();
        }
    }

    private static ServerOptions Options(IHost host) => host.Services.GetRequiredService<IOptions<ServerOptions>>().Value;

    private static bool IsStopping(IHost host, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
        || host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;
}
