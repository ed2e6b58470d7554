using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ServerLib.Tests.Resuming;

/// <summary>Forwards connections to a server on this machine, and loses all of them when a test says so.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _server;
    private readonly ConcurrentDictionary<Socket, byte> _open = [];
    private readonly ConcurrentBag<Task> _running = [];
    private readonly Task _accepting;

    public CuttingProxy(IPEndPoint server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Loses the connections.</summary>
    /// <param name="resets">Whether both sides see a reset instead of an end.</param>
    public void Cut(bool resets)
    {
        foreach (Socket socket in _open.Keys)
            Close(socket, resets);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Cut(resets: true);
        await _accepting;
        await Task.WhenAll(_running);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync();
                _running.Add(RunAsync(client));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The proxy is disposed.
        }
    }

    private async Task RunAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _open[client] = 0;
        _open[server] = 0;
        try
        {
            await server.ConnectAsync(_server);
            await Task.WhenAny(ForwardAsync(client, server), ForwardAsync(server, client));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server does not accept, or the connection is cut.
        }
        finally
        {
            Close(client, resets: false);
            Close(server, resets: false);
        }
    }

    private static async Task ForwardAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and int count)
                await to.SendAsync(buffer.AsMemory(0, count));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is cut.
        }
    }

    private void Close(Socket socket, bool resets)
    {
        _open.TryRemove(socket, out _);
        try
        {
            if (resets)
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        socket.Dispose();
    }
}
