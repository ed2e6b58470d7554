using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace ServerLib.Hosting;

/// <summary>Says when the configuration changes from which a server reads its options.</summary>
/// <param name="name">The name of the options.</param>
/// <param name="configuration">The configuration.</param>
internal sealed class ConfigurationChanges(string name, IConfiguration configuration) : IOptionsChangeTokenSource<ServerOptions>
{
    public string Name => name;

    public IChangeToken GetChangeToken() => configuration.GetReloadToken();
}
