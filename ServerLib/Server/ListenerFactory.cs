using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using ServerLib.Connections;
using ServerLib.Transport;

namespace ServerLib.Server;

/// <summary>Opens the listeners that the options ask for.</summary>
internal static class ListenerFactory
{
    /// <summary>Opens all listeners, or none.</summary>
    /// <exception cref="ServerLibException">An end point can't be used. The message names it, and the option to change.</exception>
    public static IReadOnlyList<Listening> Open(ServerOptions options, ILogger logger)
    {
        if (options.Transport == TransportKind.None)
            return [];
        bool usesEpoll = options.Transport == TransportKind.Automatic && EpollTransport.IsSupported;
        using EpollTransport? transport = usesEpoll ? new EpollTransport(logger, options.EventLoops) : null;
        var open = new List<Listening>();
        try
        {
            foreach (ListenEndpoint endPoint in ListenEndpoint.Of(options))
                open.Add(new(Open(endPoint, options, transport), endPoint.Rules));
            return open;
        }
        catch
        {
            open.ForEach(listening => listening.Listener.Dispose());
            throw;
        }
    }

    private static IConnectionListener Open(ListenEndpoint endPoint, ServerOptions options, EpollTransport? transport)
    {
        try
        {
            Socket socket = endPoint.Socket ?? SocketListener.OpenSocket(endPoint.EndPoint, options);
            return transport is null
                ? new SocketListener(socket, options.Limits.KeepAlive)
                : EpollListener.Listen(socket, options, transport);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            throw Explain(e, endPoint.EndPoint);
        }
    }

    /// <summary>Says why a server can't listen, and which option helps.</summary>
    public static ServerLibException Explain(Exception failure, EndPoint endPoint) => new(
        (failure as SocketException)?.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse when endPoint is UnixDomainSocketEndPoint =>
                $"{endPoint} is in use by another program, or is not a socket. Remove it, or choose another path (option Endpoints:N:Path).",
            SocketError.AddressNotAvailable when endPoint is UnixDomainSocketEndPoint =>
                $"The folder of {endPoint} does not exist. Create it, or choose another path (option Endpoints:N:Path).",
            SocketError.AddressAlreadyInUse =>
                $"{endPoint} is in use by another program. Stop it, or choose another port (option {nameof(ServerOptions.Port)}).",
            SocketError.AddressNotAvailable =>
                $"{endPoint} is not an address of this machine. Choose one that is (option {nameof(ServerOptions.Server)}).",
            SocketError.AccessDenied =>
                $"{endPoint} needs a permission that this user does not have. Choose a port above 1023 (option {nameof(ServerOptions.Port)}).",
            _ => $"{endPoint} cannot be used: {failure.Message}",
        },
        failure);
}
