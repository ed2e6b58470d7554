using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Servers;

/// <summary>The baseline: an awaited .NET socket without framing, names or limits.</summary>
internal sealed class BareServer(ServerSetup setup, bool zeroByteReads) : IServer
{
    private const int BufferSize = 16 * 1024;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly X509Certificate2? _certificate = setup.Tls ? Certificate.Create() : null;
    private readonly Lock _gate = new();
    private volatile Peer[] _peers = [];

    public Task<int> StartAsync()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(ServerSetup.Backlog);
        _ = AcceptAsync();
        return Task.FromResult(((IPEndPoint)_listener.LocalEndPoint!).Port);
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync();
                socket.NoDelay = true;
                _ = _certificate is null ? ServeAsync(socket) : ServeTlsAsync(socket, _certificate);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var peer = new Peer(socket, null);
        await JoinAsync(peer);
        byte[]? buffer = zeroByteReads ? null : new byte[BufferSize];
        int have = 0;
        try
        {
            while (true)
            {
                if (zeroByteReads)
                {
                    await socket.ReceiveAsync(Memory<byte>.Empty);
                    buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferSize);
                }

                int count = await socket.ReceiveAsync(buffer.AsMemory(have));
                if (count == 0)
                    return;
                if (setup.Mode == Mode.FanOut)
                {
                    have = await FanOutAsync(buffer!, have + count);
                }
                else
                {
                    Sleep(buffer!);
                    for (int sent = 0; sent < count;)
                        sent += await socket.SendAsync(buffer.AsMemory(sent, count - sent));
                }

                if (zeroByteReads)
                    System.Buffers.ArrayPool<byte>.Shared.Return(buffer!);
            }
        }
        catch (SocketException)
        {
            // The peer has disconnected.
        }
        finally
        {
            Leave(peer);
            socket.Dispose();
        }
    }

    private async Task ServeTlsAsync(Socket socket, X509Certificate2 certificate)
    {
        using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var peer = new Peer(socket, stream);
        byte[] buffer = new byte[BufferSize];
        int have = 0;
        try
        {
            await stream.AuthenticateAsServerAsync(certificate);
            await JoinAsync(peer);
            while (true)
            {
                if (zeroByteReads)
                    _ = await stream.ReadAsync(Memory<byte>.Empty);
                int count = await stream.ReadAsync(buffer.AsMemory(have));
                if (count == 0)
                    return;
                if (setup.Mode == Mode.FanOut)
                {
                    have = await FanOutAsync(buffer, have + count);
                }
                else
                {
                    Sleep(buffer);
                    await stream.WriteAsync(buffer.AsMemory(0, count));
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // The peer has disconnected.
        }
        finally
        {
            Leave(peer);
        }
    }

    private async ValueTask<int> FanOutAsync(byte[] buffer, int have)
    {
        int whole = have / ServerSetup.FanOutBody * ServerSetup.FanOutBody;
        if (whole > 0)
        {
            foreach (Peer peer in _peers)
                await peer.SendAsync(buffer.AsMemory(0, whole));
            buffer.AsSpan(whole, have - whole).CopyTo(buffer);
        }

        return have - whole;
    }

    private void Sleep(byte[] buffer)
    {
        if (setup.Mode == Mode.Blocking && buffer[0] == ServerSetup.SleepMark)
            Thread.Sleep(ServerSetup.Sleep);
    }

    private async ValueTask JoinAsync(Peer peer)
    {
        if (setup.Mode != Mode.FanOut)
            return;
        lock (_gate)
            _peers = [.. _peers, peer];
        await peer.SendAsync(ServerSetup.FanOutWelcome);
    }

    private void Leave(Peer peer)
    {
        if (setup.Mode != Mode.FanOut)
            return;
        lock (_gate)
            _peers = [.. _peers.Where(other => other != peer)];
    }

    /// <summary>A recipient. An <see cref="SslStream"/> accepts one write at a time.</summary>
    private sealed class Peer(Socket socket, SslStream? stream)
    {
        private readonly SemaphoreSlim? _turn = stream is null ? null : new SemaphoreSlim(1);

        public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
        {
            try
            {
                if (stream is null)
                {
                    await socket.SendAsync(bytes);
                    return;
                }

                await _turn!.WaitAsync();
                try
                {
                    await stream.WriteAsync(bytes);
                }
                finally
                {
                    _turn.Release();
                }
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                // The recipient has disconnected; its own loop handles that.
            }
        }
    }
}
