using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace ServerLib.Transport;

/// <summary>
/// The event loops for Linux, and their monitor. After it is disposed, they run until the last listener is closed and the last connection
/// has ended.
/// </summary>
internal sealed class EpollTransport : IDisposable
{
    private readonly EpollMonitor _monitor;
    private readonly EpollLoop[] _loops;
    private uint _dealt;
    private int _users = 1;
    private int _disposed;

    /// <summary>Starts the loops.</summary>
    /// <param name="logger">The log for handlers that block a loop.</param>
    /// <param name="loops">The number of loops. Default: half of the cores, at least one.</param>
    /// <exception cref="IOException">There are no file descriptors left.</exception>
    public EpollTransport(ILogger logger, int loops = 0)
    {
        _monitor = new EpollMonitor(logger);
        _loops = new EpollLoop[loops > 0 ? loops : Math.Max(1, Environment.ProcessorCount / 2)];
        for (int i = 0; i < _loops.Length; i++)
            _loops[i] = new EpollLoop(_monitor);
        foreach (EpollLoop loop in _loops)
            loop.Start();
        _monitor.Start(_loops);
    }

    /// <summary>The threads for handlers that block.</summary>
    public BlockingHandlerThreads BlockingThreads { get; } = new();

    /// <summary>Whether this system supports the transport.</summary>
    public static bool IsSupported { get; } = Probe();

    /// <summary>
    /// Creates a connection on the next loop in turn. The connection owns the socket, unless this throws.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The transport is disposed, and nothing uses it.</exception>
    public EpollConnection Attach(EpollSocket socket, EndPoint peer)
    {
        ObjectDisposedException.ThrowIf(!TryAddUser(), this);
        try
        {
            EpollLoop loop = _loops[Interlocked.Increment(ref _dealt) % (uint)_loops.Length];
            return new EpollConnection(this, loop, socket, peer);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Watches a listener on the first loop.</summary>
    /// <exception cref="IOException">The listener can't be watched.</exception>
    /// <exception cref="ObjectDisposedException">The transport is disposed, and nothing uses it.</exception>
    public void Watch(IEpollSource listener, SafeHandle handle)
    {
        ObjectDisposedException.ThrowIf(!TryAddUser(), this);
        try
        {
            _loops[0].Add(listener, handle);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Stops watching a listener that is about to be closed.</summary>
    public void Unwatch(IEpollSource listener)
    {
        _loops[0].Remove(listener);
        Release();
    }

    /// <summary>Waits until all loops have handled an event.</summary>
    /// <exception cref="ObjectDisposedException">The transport is disposed, and nothing uses it.</exception>
    public async Task PingAsync()
    {
        ObjectDisposedException.ThrowIf(!TryAddUser(), this);
        try
        {
            await Task.WhenAll(_loops.Select(loop => loop.PingAsync())).ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Stops the loops when nothing uses them any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Release();
    }

    /// <summary>Notes that a listener is closed, or that a connection has ended.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) != 0)
            return;
        foreach (EpollLoop loop in _loops)
            loop.Stop();
        _monitor.Stop();
    }

    private bool TryAddUser()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
                return true;
            users = seen;
        }

        return false;
    }

    private static bool Probe()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
            return false;
        try
        {
            EpollNative.CreateEpoll().Dispose();
            EpollNative.CreateEvent().Dispose();
            return true;
        }
        catch (Exception e) when (e is IOException or DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }
}
