using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Principal;

namespace ServerLib.Connections;

/// <summary>What an application keeps with a connection. Created when it is first used, because most connections need none.</summary>
internal sealed class ApplicationState
{
    private ConcurrentDictionary<object, object?>? _items;
    private ClaimsPrincipal? _default;

    public IDictionary<object, object?> Items => LazyInitializer.EnsureInitialized(ref _items, static () => new(1, 0));

    /// <summary>The user that the authenticator has supplied.</summary>
    public ClaimsPrincipal? User { get; set; }

    /// <summary>The supplied user, or one that has only a name.</summary>
    public ClaimsPrincipal UserFor(string alias)
    {
        if (User is { } supplied)
            return supplied;
        if (_default is not { } user || user.Identity!.Name != alias)
            _default = user = new ClaimsPrincipal(new GenericIdentity(alias));
        return user;
    }
}
