using Microsoft.Extensions.Configuration;

namespace ServerLib.Cli;

/// <summary>The configuration of the program: one layer for each source, the strongest last. A reload replaces the layers.</summary>
internal sealed class HostLayers
{
    private readonly LayerProvider[] _providers;

    public HostLayers(IReadOnlyList<ConfigurationLayer> layers)
    {
        Layers = layers;
        _providers = [.. layers.Select(layer => new LayerProvider(layer))];
        foreach (LayerProvider provider in _providers)
            ((IConfigurationBuilder)Configuration).Add(provider);
    }

    public ConfigurationManager Configuration { get; } = new();

    /// <summary>The layers. Their number does not change.</summary>
    public IReadOnlyList<ConfigurationLayer> Layers { get; private set; }

    /// <summary>Uses other layers, but does not notify readers of the configuration yet.</summary>
    public void Use(IReadOnlyList<ConfigurationLayer> layers)
    {
        Layers = layers;
        foreach ((LayerProvider provider, ConfigurationLayer layer) in _providers.Zip(layers))
            provider.Use(layer);
    }

    /// <summary>Tells everything that reads the configuration, such as the logging, that it has changed.</summary>
    public void Announce() => _providers[^1].Announce();

    private sealed class LayerProvider : ConfigurationProvider, IConfigurationSource
    {
        public LayerProvider(ConfigurationLayer layer) => Use(layer);

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public void Use(ConfigurationLayer layer) =>
            Data = new Dictionary<string, string?>(layer.Values, StringComparer.OrdinalIgnoreCase);

        public void Announce() => OnReload();
    }
}
