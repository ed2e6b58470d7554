using ServerLib.Connections;
using ServerLib.Transport;

namespace ServerLib.Server;

/// <summary>An open listener.</summary>
/// <param name="Listener">The listener.</param>
/// <param name="Rules">The rules for its connections.</param>
internal sealed record Listening(IConnectionListener Listener, EndpointRules Rules);
