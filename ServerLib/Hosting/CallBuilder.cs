using Microsoft.Extensions.DependencyInjection;
using ServerLib.Messaging;

namespace ServerLib;

/// <summary>Configures methods and event handlers that were added to a server, and goes on configuring the server.</summary>
public sealed class CallBuilder : IServerLibBuilder
{
    private readonly IServerLibBuilder _server;
    private readonly IReadOnlyCollection<CallDefinition> _definitions;

    internal CallBuilder(IServerLibBuilder server, IReadOnlyCollection<CallDefinition> definitions) =>
        (_server, _definitions) = (server, definitions);

    /// <inheritdoc/>
    public IServiceCollection Services => _server.Services;

    /// <inheritdoc/>
    public string Name => _server.Name;

    /// <summary>
    /// Allows the methods only to users who have one of these roles (<see cref="Connection.User"/>). Others are answered with status
    /// <see cref="Response.Failed"/>. Several calls add up: the user needs a role of each.
    /// </summary>
    /// <param name="roles">The roles, one or more. Accounts that are admins have the role <c>admin</c>.</param>
    /// <exception cref="ArgumentException">There is no role.</exception>
    public CallBuilder RequireRole(params string[] roles)
    {
        ArgumentNullException.ThrowIfNull(roles);
        if (roles.Length == 0)
            throw new ArgumentException("Name one role or more.", nameof(roles));
        foreach (CallDefinition definition in _definitions)
            definition.Roles.Add(roles);
        return this;
    }
}
