using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Cli;

/// <summary>Reads all sources of the configuration again while the server runs.</summary>
/// <param name="arguments">The command line.</param>
/// <param name="surroundings">The environment and the current directory.</param>
/// <param name="layers">The configuration in use.</param>
/// <param name="reloader">Changes the server's options.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A SemaphoreSlim has nothing to dispose unless its wait handle is used.")]
internal sealed class ConfigurationReload(
    CommandLine.Arguments arguments, Surroundings surroundings, HostLayers layers, OptionsReloader reloader)
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Reloads the configuration. If a source cannot be read or an option is invalid, nothing changes.</summary>
    /// <param name="actor">Who asked for it; empty if a file has changed.</param>
    /// <param name="address">Where this user is connected from.</param>
    /// <param name="cancellationToken">Stops waiting for the database.</param>
    public async Task<OptionsReloadResult> RunAsync(string actor, string address, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ConfigurationLayer> before = layers.Layers;
        bool isDone = false;
        try
        {
            layers.Use(HostConfiguration.ReadLayers(arguments, surroundings));
            OptionsReloadResult result = await reloader.ReloadAsync(actor, address, cancellationToken).ConfigureAwait(false);
            isDone = result.Problems.Count == 0;
            if (isDone)
                layers.Announce();
            return result;
        }
        catch (WrongUsageException e)
        {
            return reloader.Refuse(e.Problems, actor, address);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return reloader.Refuse([PlainCause.Of(e)], actor, address);
        }
        finally
        {
            if (!isDone)
                layers.Use(before);
            _turn.Release();
        }
    }
}
