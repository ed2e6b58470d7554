using System.Net;
using System.Net.Sockets;
using ServerLib.Connections;
using ServerLib.RateLimiting;

namespace ServerLib.Server;

/// <summary>An end point to listen on, and the rules for its connections.</summary>
/// <param name="EndPoint">The end point.</param>
/// <param name="Rules">The rules for its connections.</param>
/// <param name="Socket">The socket that listens on it already; <see langword="null"/> if there is none.</param>
internal sealed record ListenEndpoint(EndPoint EndPoint, EndpointRules Rules, Socket? Socket = null)
{
    /// <summary>The end points in the options, which are valid: <see cref="ServerOptions.Endpoints"/>, or one without them.</summary>
    public static IReadOnlyList<ListenEndpoint> Of(ServerOptions options) => options.Endpoints.Count > 0
        ? [.. options.Endpoints.Select(Of)]
        : [new(options.ServerSocket, EndpointRules.Default)];

    private static ListenEndpoint Of(ServerEndpoint endpoint) => new(
        endpoint.ListenEndPoint,
        new EndpointRules(
            endpoint.Tls,
            endpoint.Plaintext,
            [.. endpoint.ProxyProtocol.From.Select(text => AddressBlock.TryParse(text, out AddressBlock range) ? range : default)]),
        endpoint.Socket);
}
