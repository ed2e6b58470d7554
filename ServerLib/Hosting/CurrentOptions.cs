using Microsoft.Extensions.Options;

namespace ServerLib.Hosting;

/// <summary>
/// The options of one server that are in force. The object never changes: a reload replaces it, so that a reader sees either all changes or
/// none.
/// </summary>
/// <param name="create">Creates and validates the options for the start.</param>
internal sealed class CurrentOptions(Func<ServerOptions> create) : IOptions<ServerOptions>
{
    private readonly Lazy<ServerOptions> _initial = new(create, LazyThreadSafetyMode.PublicationOnly);
    private volatile ServerOptions? _reloaded;

    public ServerOptions Value => _reloaded ?? _initial.Value;

    /// <summary>Puts other options into force.</summary>
    public void Set(ServerOptions options) => _reloaded = options;
}
