using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;

namespace ServerLib.Cli;

/// <summary>
/// Reloads the configuration when a file has changed. A file is compared by its contents, so that links and mounted volumes work. It is
/// read once its contents have stayed the same from one look to the next.
/// </summary>
/// <param name="arguments">The command line.</param>
/// <param name="surroundings">The current directory.</param>
/// <param name="reload">Reloads the configuration.</param>
/// <param name="time">The clock.</param>
internal sealed class ConfigurationWatch(
    CommandLine.Arguments arguments, Surroundings surroundings, ConfigurationReload reload, TimeProvider time) : BackgroundService
{
    /// <summary>The time from one look at the files to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly string[] _files = [.. HostConfiguration.Files(arguments, surroundings)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Nothing is taken as loaded: a file may have changed after it was read and before this begins. A reload without a change is silent.
        string loaded = "", seen = "";
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                string now = Stamp();
                if (now != loaded && now == seen)
                {
                    loaded = now;
                    await reload.RunAsync(actor: "", address: "", stoppingToken).ConfigureAwait(false);
                }

                seen = now;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private string Stamp() => string.Join(' ', _files.Select(Stamp));

    private static string Stamp(string file)
    {
        try
        {
            return Convert.ToHexString(SHA256.HashData(SecretFile.ReadAllBytes(file)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.GetType().Name;
        }
    }
}
