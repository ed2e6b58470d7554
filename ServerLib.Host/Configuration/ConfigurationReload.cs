using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace ServerLib.Cli;

/// <summary>Reads all sources of the configuration again while the server runs.</summary>
/// <param name="arguments">The command line.</param>
/// <param name="surroundings">The environment and the current directory.</param>
/// <param name="layers">The configuration in use.</param>
/// <param name="reloader">Changes the server's options.</param>
/// <param name="options">The server's options in force.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A SemaphoreSlim has nothing to dispose unless its wait handle is used.")]
internal sealed class ConfigurationReload(
    CommandLine.Arguments arguments, Surroundings surroundings, HostLayers layers, OptionsReloader reloader, IOptions<ServerOptions> options)
{
    private readonly IReadOnlyList<OptionValue> _program = ProgramOptions.ValuesOf(layers.Configuration);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private IReadOnlyCollection<string> _needRestart = [];

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
            string[] changed = [.. ProgramOptions.ValuesOf(layers.Configuration).Except(_program).Select(option => option.Name)];
            OptionsReloadResult result = await reloader.ReloadAsync(actor, address, changed, cancellationToken).ConfigureAwait(false);
            isDone = result.Problems.Count == 0;
            if (isDone)
            {
                _needRestart = result.NeedRestart;
                layers.Announce();
            }

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

    /// <summary>The options in force, and where they come from.</summary>
    public async Task<IReadOnlyList<ShownOption>> ShowAsync(CancellationToken cancellationToken)
    {
        // During a reload, the sources and the options do not belong together.
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return ShownOption.Of(layers, [.. options.Value.ToValues(), .. _program], _needRestart);
        }
        finally
        {
            _turn.Release();
        }
    }
}
