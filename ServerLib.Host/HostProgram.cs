using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ServerLib.Host;

/// <summary>The program, from its arguments to its exit code.</summary>
internal static class HostProgram
{
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Surroundings surroundings, CancellationToken cancellationToken)
    {
        using var console = new HostConsole(surroundings.Out, surroundings.Error);
        try
        {
            var commandLine = new CommandLine((arguments, token) => ServeAsync(arguments, surroundings, console, token));
            return await commandLine.InvokeAsync(args, surroundings.Out, surroundings.Error, cancellationToken).ConfigureAwait(false);
        }
        catch (WrongUsageException e)
        {
            foreach (string problem in e.Problems)
                console.PrintError(problem);
            console.PrintError("--help says what can be given.");
            return ExitCode.WrongUsage;
        }
    }

    private static async Task<int> ServeAsync(
        CommandLine.Arguments arguments, Surroundings surroundings, HostConsole console, CancellationToken cancellationToken)
    {
        using IHost host = HostSetup.Build(HostConfiguration.Read(arguments, surroundings), surroundings, console);
        ServerOptions options = Options(host);
        IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        try
        {
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (Exception e)
        {
            console.PrintError($"The server can't start: {PlainCause.OfStart(e, new IPEndPoint(IPAddress.Parse(options.Server), options.Port))}");
            return ExitCode.CouldNotRun;
        }

        try
        {
            await host.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (Exception e)
        {
            console.PrintError($"The server did not end as it should: {PlainCause.Of(e)}");
            return ExitCode.CouldNotRun;
        }
    }

    private static ServerOptions Options(IHost host)
    {
        try
        {
            return host.Services.GetRequiredService<IOptions<ServerOptions>>().Value;
        }
        catch (OptionsValidationException e)
        {
            throw new WrongUsageException(e.Failures);
        }
    }
}
