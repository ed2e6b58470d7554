using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

/// <summary>A transport with connections on loopback, and what it logs.</summary>
internal sealed class EpollPeers(int loops = 1) : ILogger, IDisposable
{
    private readonly List<Socket> _clients = [];
    private EpollTransport? _transport;

    public List<string> Warnings { get; } = [];

    public TaskCompletionSource FirstWarning { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EpollTransport Transport => _transport ??= new EpollTransport(this, loops);

    /// <summary>A listener with event loops of its own.</summary>
    public static EpollListener Listen(ServerOptions options, int loops = 0)
    {
        using var transport = new EpollTransport(NullLogger.Instance, loops);
        return EpollListener.Listen(SocketListener.OpenSocket(options.ServerSocket, options), options, transport);
    }

    public async Task<(EpollConnection Connection, Socket Client)> ConnectAsync()
    {
        var (connection, client) = await AcceptAsync();
        return (connection.Opened(), client);
    }

    /// <summary>Accepts a connection that is not opened yet.</summary>
    public async Task<(EpollConnection Connection, Socket Client)> AcceptAsync()
    {
        var (connection, client) = await AcceptAsync(Transport);
        lock (_clients)
            _clients.Add(client);
        return (connection, client);
    }

    /// <summary>The same for another transport.</summary>
    public static async Task<(EpollConnection Connection, Socket Client)> AcceptAsync(EpollTransport transport)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        EpollSocket accepted = EpollSocket.TryAccept(listener.SafeHandle, out IPEndPoint? peer)!;
        return (transport.Attach(accepted, peer!), client);
    }

    /// <summary>Reads and answers until the connection ends; <paramref name="onMessage"/> runs where the wait is resumed.</summary>
    public static async Task EchoAsync(EpollConnection connection, Action? onMessage = null)
    {
        byte[] buffer = new byte[256];
        while (await connection.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (!connection.TryRead(buffer, out int count))
                continue;
            if (count <= 0)
                break;
            onMessage?.Invoke();
            connection.TryWrite(buffer.AsSpan(0, count));
        }

        await connection.DisposeAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        foreach (Socket client in _clients)
            client.Dispose();
        _transport?.Dispose();
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Warnings)
            Warnings.Add(formatter(state, exception));
        FirstWarning.TrySetResult();
    }
}
