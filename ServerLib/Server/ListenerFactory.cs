using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using ServerLib.Transport;

namespace ServerLib.Server;

/// <summary>Opens the listener that the options ask for.</summary>
internal static class ListenerFactory
{
    /// <summary>Opens a listener.</summary>
    /// <exception cref="ServerLibException">The end point can't be used. The message names it, and the option to change.</exception>
    public static IConnectionListener Open(ServerOptions options, ILogger logger)
    {
        try
        {
            return options.Transport switch
            {
                TransportKind.None => new NoListener(),
                TransportKind.Automatic when EpollTransport.IsSupported => EpollListener.Listen(options, logger, options.EventLoops),
                _ => SocketListener.Listen(options),
            };
        }
        catch (SocketException e)
        {
            throw Explain(e, options.ServerSocket);
        }
    }

    /// <summary>Says why a server can't listen, and which option helps.</summary>
    public static ServerLibException Explain(SocketException failure, IPEndPoint endPoint) => new(
        failure.SocketErrorCode switch
        {
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
