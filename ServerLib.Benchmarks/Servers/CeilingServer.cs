using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Servers;

/// <summary>
/// The minimum that a server can do: one thread, epoll, the same bytes back; no tasks and no socket objects. Its throughput shows
/// how far the generator is from being the bottleneck.
/// </summary>
internal sealed class CeilingServer(ServerSetup setup) : IServer
{
    private const int Listener = 0;

    private readonly List<int> _open = [];
    private readonly byte[] _buffer = new byte[64 * 1024];

    public Task<int> StartAsync()
    {
        if (setup.Tls || setup.Mode is not (Mode.Echo or Mode.FanOut))
            throw new NotSupportedException("It echoes and fans out, without TLS.");
        int listener = Libc.Listen(out int port);
        new Thread(() => Serve(listener)) { IsBackground = true }.Start();
        return Task.FromResult(port);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Serve(int listener)
    {
        int epoll = Libc.CreateEpoll();
        Libc.Watch(epoll, Libc.ControlAdd, listener, Libc.In, Listener);
        byte[] events = new byte[1024 * 16];
        while (true)
        {
            int count = Libc.Wait(epoll, events, -1);
            for (int i = 0; i < count; i++)
            {
                int descriptor = Libc.DataOf(events, i);
                if (descriptor != Listener)
                {
                    Serve1(descriptor);
                    continue;
                }

                while (Libc.Accept(listener) is var accepted and >= 0)
                {
                    Libc.Watch(epoll, Libc.ControlAdd, accepted, Libc.In, accepted);
                    _open.Add(accepted);
                    if (setup.Mode == Mode.FanOut)
                        Send(accepted, ServerSetup.FanOutWelcome);
                }
            }
        }
    }

    private void Serve1(int descriptor)
    {
        try
        {
            int count = Libc.Receive(descriptor, _buffer);
            if (count < 0)
                return;
            if (count == 0)
                Close(descriptor);
            else if (setup.Mode == Mode.Echo)
                Send(descriptor, _buffer.AsSpan(0, count));
            else
                _open.ForEach(other => Send(other, _buffer.AsSpan(0, count)));
        }
        catch (IOException)
        {
            Close(descriptor);
        }
    }

    private static void Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        // The generator has room for all its requests, so this loop hardly ever repeats.
        while (!bytes.IsEmpty)
            bytes = bytes[Math.Max(0, Libc.Send(descriptor, bytes))..];
    }

    private void Close(int descriptor)
    {
        _open.Remove(descriptor);
        _ = Libc.Close(descriptor);
    }
}
