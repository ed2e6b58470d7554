using Microsoft.Extensions.DependencyInjection;

namespace ServerLib;

/// <summary>
/// Gives the clients that <see cref="ServerLibClientServiceCollectionExtensions.AddServerLibClient(IServiceCollection, string, Action{ServerClientOptions})"/>
/// has registered.
/// </summary>
public interface IServerClientFactory
{
    /// <summary>
    /// Gets the client with this name, and connects it unless it is connected. All callers get the same client. Do not dispose it: the
    /// container does.
    /// </summary>
    /// <param name="name">The name with which it was registered.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <exception cref="InvalidOperationException">There is no client with this name.</exception>
    /// <inheritdoc cref="IServerClient.ConnectAsync" path="/exception"/>
    Task<IServerClient> GetAsync(string name, CancellationToken cancellationToken = default);
}
