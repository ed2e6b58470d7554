using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Connects to a server over TCP or as the application does it, and with TLS if the options ask for it.</summary>
internal static class ClientConnector
{
    /// <exception cref="ServerClientException">The server cannot be reached, or is not trusted.</exception>
    /// <exception cref="OperationCanceledException">The time is up, or the caller has canceled.</exception>
    public static async Task<ClientStream> ConnectAsync(ServerClientOptions options, ConnectTimer timer)
    {
        (Socket? socket, Stream plain) = await OpenAsync(options, timer.Token).ConfigureAwait(false);
        try
        {
            if (options.Tls == TlsMode.None)
                return new ClientStream(socket, plain, null);
            var tls = new TlsClient(options);
            SslStream encrypted = await tls.AuthenticateAsync(plain, timer).ConfigureAwait(false);
            return new ClientStream(socket, encrypted, tls);
        }
        catch (Exception e)
        {
            await plain.DisposeAsync().ConfigureAwait(false);
            if (ClientStream.IsLost(e))
                throw new ServerClientException("The connection is lost.", e) { Code = ClientCode.Lost };
            throw;
        }
    }

    /// <summary>Creates a socket that does not limit how long the server leaves data unread: a handler may be slow.</summary>
    public static Socket CreateSocket(AddressFamily family, TimeSpan keepAlive)
    {
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        TcpKeepAlive.SetProbes(socket, keepAlive);
        return socket;
    }

    private static async Task<(Socket? Socket, Stream Plain)> OpenAsync(ServerClientOptions options, CancellationToken cancellationToken)
    {
        try
        {
            if (options.ConnectCallback is { } connect)
                return (null, await CallAsync(connect, cancellationToken).ConfigureAwait(false));
            Socket socket = options.EndPoint is { } endPoint
                ? await ConnectAsync(endPoint, options.KeepAlive, cancellationToken).ConfigureAwait(false)
                : await ConnectToHostAsync(options, cancellationToken).ConfigureAwait(false);
            return (socket, new NetworkStream(socket, ownsSocket: true));
        }
        catch (Exception e) when (ClientStream.IsLost(e))
        {
            string server = options.EndPoint?.ToString() ?? HostAndPort.Text(options.Host, options.Port);
            throw new ServerClientException($"{server} cannot be reached: {e.Message}", e);
        }
    }

    /// <summary>Calls the application. If the attempt is canceled, it does not wait, and closes a stream that comes too late.</summary>
    private static async Task<Stream> CallAsync(Func<CancellationToken, ValueTask<Stream>> connect, CancellationToken cancellationToken)
    {
        Task<Stream> connecting = Task.Run(() => connect(cancellationToken).AsTask(), cancellationToken);
        try
        {
            return await connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _ = connecting.ContinueWith(
                static late => late.Result.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            throw;
        }
    }

    private static async Task<Socket> ConnectToHostAsync(ServerClientOptions options, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(options.Host, out IPAddress? address)
            ? [address]
            : await options.Resolve(options.Host, cancellationToken).ConfigureAwait(false);
        var eyeballs = new HappyEyeballs((next, token) => ConnectAsync(new IPEndPoint(next, options.Port), options.KeepAlive, token), options.TimeProvider);
        return await eyeballs.ConnectAsync(addresses, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint endPoint, TimeSpan keepAlive, CancellationToken cancellationToken)
    {
        // A socket for IPv6 only cannot reach it.
        if (endPoint.Address.IsIPv4MappedToIPv6)
            endPoint = new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port);
        Socket socket = CreateSocket(endPoint.AddressFamily, keepAlive);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch (Exception)
        {
            socket.Dispose();
            throw;
        }
    }
}
